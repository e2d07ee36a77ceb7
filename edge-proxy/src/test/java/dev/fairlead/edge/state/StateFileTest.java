package dev.fairlead.edge.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.routing.Address;
import dev.fairlead.edge.routing.HealthCheck;
import dev.fairlead.edge.routing.InstanceDefinition;
import dev.fairlead.edge.routing.Match;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.state.StateFile.Saved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The routes of a proxy that was killed")
class StateFileTest {

  private static final InstanceDefinition ONE =
      new InstanceDefinition("shop-1", Address.of("127.0.0.1:8081"), 70, "1");
  private static final InstanceDefinition TWO =
      new InstanceDefinition("shop-2", Address.of("127.0.0.1:8082"), 0, "");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("routes.json");
  }

  @Test
  @DisplayName("are read as they were saved, also one that gives nobody traffic at the moment")
  void asSaved() throws IOException {
    List<Saved> routes =
        List.of(
            new Saved(route("shop", List.of(ONE, TWO)), Optional.empty()),
            new Saved(route("standstill", List.of()), Optional.of(Duration.ofSeconds(20))),
            new Saved(route("nobody", List.of()), Optional.empty()));

    new StateFile(file).save(routes);

    assertThat(new StateFile(file).load()).isEqualTo(routes);
    assertThat(new StateFile(file).news()).contains(routes);
  }

  @Test
  @DisplayName("are not lost because of one that makes no sense; the file is kept for people")
  void oneOfThem() throws IOException {
    new StateFile(file)
        .save(
            List.of(
                new Saved(route("shop", List.of(ONE)), Optional.empty()),
                new Saved(route("broken", List.of(TWO)), Optional.empty())));
    Files.writeString(file, Files.readString(file).replace("\"weight\" : 0", "\"weight\" : -7"));

    assertThat(new StateFile(file).load())
        .extracting(saved -> saved.definition().name())
        .containsExactly("shop");
    assertThat(new StateFile(file).news()).as("whoever follows keeps what it has").isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .anyMatch(name -> name.startsWith("routes.json.unreadable-"));
    }
  }

  @Test
  @DisplayName("are none where the file is no state at all")
  void noState() throws IOException {
    Files.writeString(file, "half a li");

    assertThat(new StateFile(file).load()).isEmpty();
  }

  @Test
  @DisplayName("are looked at again until they can be read, whatever the time of the file")
  void again() throws IOException {
    List<Saved> routes = List.of(new Saved(route("shop", List.of(ONE)), Optional.empty()));
    StateFile follower = new StateFile(file);
    Files.writeString(file, "half a li");
    FileTime time = Files.getLastModifiedTime(file);
    assertThat(follower.news()).isEmpty();

    new StateFile(file).save(routes);
    Files.setLastModifiedTime(file, time);

    assertThat(follower.news()).contains(routes);
    assertThat(follower.news()).isEmpty();
  }

  private static RouteDefinition route(String name, List<InstanceDefinition> instances) {
    return new RouteDefinition(
        name,
        7,
        new Match(Optional.of(name + ".example"), "/"),
        instances,
        Optional.of(new HealthCheck("/health", Duration.ofSeconds(2))),
        Optional.of("release"),
        Duration.ofSeconds(30));
  }
}
