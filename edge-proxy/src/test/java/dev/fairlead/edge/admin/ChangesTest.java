package dev.fairlead.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.routing.Match;
import dev.fairlead.edge.routing.RouteDefinition;
import dev.fairlead.edge.routing.RoutingTable;
import dev.fairlead.edge.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that does as another one has done. */
class ChangesTest {
  @TempDir Path folder;
  private final RoutingTable routes = new RoutingTable();
  private Changes here;
  private Changes there;

  @BeforeEach
  void begin() throws IOException {
    Path file = folder.resolve("routes.json");
    here = new Changes(routes, new StateFile(file));
    there = new Changes(new RoutingTable(), new StateFile(file));
    here.put(route("a", 5, "/x"));
    there.restore();
  }

  @Test
  void followsWhereARouteHasTakenThePathOfAnotherInWhateverOrderTheyWereSaved() throws IOException {
    there.put(route("a", 5, "/y"));
    there.put(route("b", 5, "/x"));
    there.put(route("a", 6, "/y"));
    assertThat(here.follow()).isTrue();
    assertThat(path("/x/1")).contains("b");
    assertThat(path("/y/1")).contains("a");
  }

  @Test
  void followsWhereTwoRoutesHaveExchangedTheirPaths() throws IOException {
    there.put(route("b", 5, "/y"));
    here.follow();
    there.put(route("a", 5, "/z"));
    there.put(route("b", 5, "/x"));
    there.put(route("a", 5, "/y"));
    assertThat(here.follow()).isTrue();
    assertThat(path("/x/1")).contains("b");
    assertThat(path("/y/1")).contains("a");
    assertThat(path("/z/1")).isEmpty();
  }

  @Test
  void followsWhereARouteWasDeletedAndBegunAnewWithALowerFence() throws IOException {
    there.delete("a", 5);
    there.put(route("a", 1, "/y"));
    assertThat(here.follow()).isTrue();
    assertThat(path("/y/1")).contains("a");
  }

  @Test
  void followsNothingWhereItCannotBeReadAndKeepsItsRoutes() throws IOException {
    Files.writeString(folder.resolve("routes.json"), "of a later version");
    assertThat(here.follow()).isFalse();
    assertThat(path("/x/1")).contains("a");
  }

  @Test
  void takesBackItsOwnRoutesWhereThereIsNoFile() throws IOException {
    Files.delete(folder.resolve("routes.json"));
    assertThat(here.takeBack()).isTrue();
    assertThat(path("/x/1")).contains("a");
  }

  private Optional<String> path(String path) {
    return routes.find("localhost", path).map(route -> route.definition().name());
  }

  private static RouteDefinition route(String name, long fence, String path) {
    return new RouteDefinition(
        name,
        fence,
        new Match(Optional.empty(), path),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        RouteDefinition.USUAL_DRAIN);
  }
}
