package dev.fairlead.edge.state;

import dev.fairlead.edge.routing.InvalidRoute;
import dev.fairlead.edge.routing.RouteDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routes as they were last accepted. A new version is written beside the old one, forced to
 * disk and renamed over it, so that a kill or a power cut leaves one of the two and never a half.
 */
public final class StateFile {
  private static final System.Logger LOG = System.getLogger(StateFile.class.getName());

  private final Path file;
  private final Spare spare;
  private @Nullable FileTime seen;

  public StateFile(Path file) throws IOException {
    this.file = file.toAbsolutePath();
    Files.createDirectories(this.file.getParent());
    this.spare = new Spare(this.file.resolveSibling(this.file.getFileName() + ".spare"));
  }

  /** A route and, while it is held, the longest a request waits. */
  public record Saved(RouteDefinition definition, Optional<Duration> hold) {
    public Saved holding(Optional<Duration> changed) {
      return new Saved(definition, changed);
    }
  }

  /**
   * What was saved last; nothing on the first start. What cannot be read is left out, and the file
   * kept beside for people.
   */
  public List<Saved> load() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    try {
      RouteJson.State state = RouteJson.readState(bytes);
      if (!state.violations().isEmpty()) {
        keepAside(new InvalidRoute(state.violations()), state.routes().size());
      }
      return state.routes();
    } catch (InvalidRoute e) {
      keepAside(e, 0);
      return List.of();
    }
  }

  /** What another proxy has saved since this was asked last, as far as the file's time tells. */
  public Optional<List<Saved>> news() {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      if (changed.equals(seen)) {
        return Optional.empty();
      }
      Optional<List<Saved>> saved = saved();
      if (saved.isPresent()) {
        seen = changed; // else it is looked at again
      }
      return saved;
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Nothing was ever saved, or somebody has removed it. */
  public boolean isMissing() {
    return Files.notExists(file);
  }

  /**
   * What another proxy has saved. Nothing where it cannot be read: the file is the other one's,
   * which may be newer.
   */
  public Optional<List<Saved>> saved() {
    try {
      RouteJson.State state = RouteJson.readState(Files.readAllBytes(file));
      return state.violations().isEmpty() ? Optional.of(state.routes()) : Optional.empty();
    } catch (IOException | InvalidRoute unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Also on a disk that is full, in the room of {@link Spare}: a release that is taken back must
   * not keep its traffic because of that.
   *
   * @throws IOException when it cannot be saved all the same, with what to do
   */
  public void save(List<Saved> routes) throws IOException {
    byte[] state = RouteJson.writeState(routes);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      saveAs(fresh, state);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be written: %s; free space there or correct the rights"
              .formatted(file, e.getMessage()),
          e);
    }
    spare.refill(state.length);
  }

  private void saveAs(Path fresh, byte[] state) throws IOException {
    try {
      write(
          fresh,
          state,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      if (!spare.become(fresh, state.length)) {
        throw e;
      }
      write(fresh, state, StandardOpenOption.WRITE);
      LOG.log(
          System.Logger.Level.WARNING,
          "state=saved file={0} in=spare reason=\"{1}\" next=free space",
          file,
          e.getMessage());
    }
  }

  private static void write(Path file, byte[] content, OpenOption... how) throws IOException {
    try (FileChannel channel = FileChannel.open(file, how)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.truncate(content.length);
      channel.force(true);
    }
  }

  /** Named by the moment of its writing: another start keeps no second one. */
  private void keepAside(InvalidRoute reason, int readable) throws IOException {
    long written = Files.getLastModifiedTime(file).toMillis();
    Path aside = file.resolveSibling(file.getFileName() + ".unreadable-" + written);
    try {
      Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(aside); // such as half of it on a full disk; the routes matter more
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "state=unreadable file={0} reason=\"{1}\" kept-as={2} next=start with {3} readable route(s),"
            + " the deployer must set the others again",
        file,
        reason.getMessage(),
        aside,
        readable);
  }
}
