package dev.fairlead.backup;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Takes, keeps, proves and restores backups of the databases that applied manifests name. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BackupService {

  public static void main(String[] arguments) {
    SpringApplication.run(BackupService.class, arguments);
  }
}
