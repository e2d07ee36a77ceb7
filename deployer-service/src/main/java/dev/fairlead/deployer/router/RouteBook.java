package dev.fairlead.deployer.router;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.FullDisk;
import dev.fairlead.deployer.disk.Locks;
import dev.fairlead.deployer.disk.Reserve;
import dev.fairlead.deployer.runtime.Address;
import dev.fairlead.deployer.runtime.InstanceId;
import dev.fairlead.events.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The routes of a proxy that keeps no fences itself, in a file that the deployers of one host
 * share. A reader finds the old file or the new one, never a part.
 */
final class RouteBook {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** The book before a change, and after it. */
  private static final int FILES = 2;

  private static final Duration LONGEST_CHANGE = Duration.ofHours(1);

  private final Path file;
  private final Locks locks;
  private final Reserve reserve;

  RouteBook(Path file) {
    this.file = file;
    this.locks = new Locks(file.resolveSibling("locks"));
    this.reserve =
        Reserve.ofChanges(file.resolveSibling("." + file.getFileName() + ".reserve"), FILES);
    Durable.deleteLeftoversOf(file, LONGEST_CHANGE);
  }

  /** Keeps every other deployer of this host from changing the book. */
  Locks.Held lock() {
    return locks.acquire(String.valueOf(file.getFileName()));
  }

  Map<String, BookedRoute> read() {
    try {
      Map<String, BookedRoute> routes = new TreeMap<>();
      for (Line line : JSON.readValue(Files.readAllBytes(file), Page.class).routes()) {
        routes.put(line.name(), line.route());
      }
      return routes;
    } catch (NoSuchFileException nothingYet) {
      return new TreeMap<>();
    } catch (IOException | JacksonException e) {
      throw new RouterFailure(
          "the routes in %s cannot be read: %s; correct the rights, or delete the file and deploy again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  void write(Map<String, BookedRoute> routes) {
    writeAs(file, routes);
  }

  /** Writes down what is to be said after a change, before it: then only a name is missing. */
  Draft draft(Map<String, BookedRoute> routes) {
    Path beside = Durable.temporaryBeside(file);
    writeAs(beside, routes);
    return new Draft(beside);
  }

  /** The book as it is to be. Dropped if it is closed before it is published. */
  final class Draft implements AutoCloseable {

    private final Path beside;

    private Draft(Path beside) {
      this.beside = beside;
    }

    void publish() {
      try {
        Durable.publish(beside, file);
      } catch (IOException e) {
        throw new RouterFailure(
            "the routes were changed, but %s cannot be replaced: %s; correct the rights and deploy again"
                .formatted(file, e.getMessage()),
            e);
      }
    }

    @Override
    public void close() {
      Durable.discard(beside);
    }
  }

  private void writeAs(Path where, Map<String, BookedRoute> routes) {
    Page page =
        new Page(
            1, routes.values().stream().map(route -> Line.of(route)).collect(Collectors.toList()));
    try {
      reserve.write(where, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(page));
    } catch (IOException e) {
      throw new RouterFailure(
          "the routes cannot be written to %s: %s; %s"
              .formatted(file, e.getMessage(), FullDisk.remedy(e, folder())),
          e);
    }
  }

  private Path folder() {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private record Page(int version, List<Line> routes) {}

  private record Line(
      String name,
      long fence,
      String host,
      String pathPrefix,
      List<Instance> backends,
      List<Instance> leaving,
      @Nullable String stickyCookie,
      long drainMillis) {

    static Line of(BookedRoute route) {
      RouteSpec spec = route.spec();
      return new Line(
          spec.name(),
          route.fence(),
          spec.match().host(),
          spec.match().pathPrefix(),
          each(spec.backends(), Instance::of),
          each(route.leaving(), Instance::of),
          spec.stickyCookie().orElse(null),
          spec.drain().toMillis());
    }

    BookedRoute route() {
      return new BookedRoute(
          new RouteSpec(
              name,
              new RouteSpec.Match(host, pathPrefix),
              each(backends, Instance::backend),
              Optional.empty(),
              Optional.ofNullable(stickyCookie),
              Duration.ofMillis(drainMillis)),
          fence,
          each(leaving, Instance::backend));
    }
  }

  private record Instance(String id, String address, int weight, String release) {

    static Instance of(RouteSpec.Backend backend) {
      return new Instance(
          backend.instance().value(),
          backend.address().toString(),
          backend.weight(),
          backend.release().value());
    }

    RouteSpec.Backend backend() {
      return new RouteSpec.Backend(
          new InstanceId(id), Address.parse(address), weight, new Version(release));
    }
  }

  private static <A, B> List<B> each(List<A> all, Function<A, B> change) {
    return all.stream().map(change).toList();
  }
}
