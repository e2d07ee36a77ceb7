package dev.fairlead.adr.catalogue;

import dev.fairlead.adr.AdrSettings;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Opens the repository, and brings the index up to it before the first request. */
@Configuration
@EnableScheduling
class CatalogueConfiguration {

  @Bean
  GitRepository repository(AdrSettings settings) {
    GitRepository repository = GitRepository.open(settings.repository(), settings.folder());
    repository.removeStaleLocks();
    return repository;
  }

  @Bean
  ApplicationRunner followAtStart(Follower follower, GitRepository repository) {
    return _ -> {
      follower.follow();
      repository.refreshFiles();
    };
  }
}
