package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A socket in front of the Docker Engine's. It knows which application each command is for, and can
 * hold back the answer to one of them: the engine has carried it out by then, and the deployer has
 * not heard so. There is no worse moment to kill a deployer.
 *
 * <p>A command is named by its method and path without identities, such as {@code POST
 * containers/start}.
 */
final class HeldEngine implements AutoCloseable {

  private static final int BUFFER = 1 << 16;
  private static final Pattern BEGINNING =
      Pattern.compile("(GET|HEAD|POST|PUT|DELETE) /(?:v[0-9.]+/)?([^ ?]*)[^\r\n]*");
  private static final Pattern APPLICATION = Pattern.compile("(?<![a-z0-9])(k\\d+)(?=[-:/&\" ])");
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
  private static final Pattern NAMED = Pattern.compile("/([0-9a-f]{64})(?=[/? ])");

  private final ServerSocketChannel door;
  private final UnixDomainSocketAddress engine;
  private final Map<String, String> applications = new ConcurrentHashMap<>();
  private final Map<String, List<String>> commands = new ConcurrentHashMap<>();
  private final Map<String, Hold> holds = new ConcurrentHashMap<>();

  /**
   * @param socket where the deployer is to find it
   * @param engine the engine's own socket
   */
  HeldEngine(Path socket, Path engine) throws IOException {
    this.engine = UnixDomainSocketAddress.of(engine);
    this.door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    door.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** What was done for an application since its last hold was laid, in that order. */
  List<String> commands(String application) {
    return List.copyOf(listed(application));
  }

  private List<String> listed(String application) {
    return commands.computeIfAbsent(application, name -> new CopyOnWriteArrayList<>());
  }

  /**
   * Holds back one answer.
   *
   * @param command as {@link #commands} names it
   * @param occurrence from 1, counted from when it is laid
   */
  Trap hold(String application, String command, int occurrence) {
    return new Hold(application, command, occurrence);
  }

  private final class Hold implements Trap {

    private final String application;
    private final String command;
    private final int occurrence;
    private final CountDownLatch caught = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    Hold(String application, String command, int occurrence) {
      this.application = application;
      this.command = command;
      this.occurrence = occurrence;
    }

    @Override
    public void lay() {
      listed(application).clear();
      holds.put(application, this);
    }

    @Override
    public boolean hasCaught() {
      return caught.getCount() == 0;
    }

    @Override
    public void takeAway() {
      holds.remove(application, this);
      goOn.countDown();
    }

    void meet(String seen) throws InterruptedException {
      if (seen.equals(command)
          && Collections.frequency(listed(application), command) == occurrence) {
        caught.countDown();
        goOn.await();
      }
    }
  }

  private void accept() {
    while (door.isOpen()) {
      try {
        connect(door.accept());
      } catch (IOException closed) {
        // the next turn sees whether for good
      }
    }
  }

  private void connect(SocketChannel near) throws IOException {
    SocketChannel far;
    try {
      far = SocketChannel.open(engine);
    } catch (IOException away) {
      hangUp(near);
      throw away;
    }
    Line line = new Line();
    CountDownLatch ways = new CountDownLatch(2);
    Thread.ofPlatform().daemon().start(() -> carry(near, far, line::asked, ways));
    Thread.ofPlatform().daemon().start(() -> carry(far, near, line::answered, ways));
  }

  @FunctionalInterface
  private interface Look {
    void at(String text) throws InterruptedException;
  }

  /** Both are closed when one has hung up, or nothing comes any more on either way. */
  private static void carry(
      SocketChannel from, SocketChannel into, Look look, CountDownLatch ways) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        look.at(ISO_8859_1.decode(buffer.duplicate()).toString());
        while (buffer.hasRemaining()) {
          into.write(buffer);
        }
      }
      into.shutdownOutput();
      ways.countDown();
      ways.await();
    } catch (IOException hungUp) {
      while (ways.getCount() > 0) {
        ways.countDown();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hangUp(from);
      hangUp(into);
    }
  }

  private static void hangUp(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException already) {
      // then nothing is left to close
    }
  }

  /** One connection: a request begins when the one before has been answered. */
  private final class Line {

    private String request = "";
    private boolean answered;

    synchronized void asked(String text) {
      if (BEGINNING.matcher(text).lookingAt()) {
        request = text;
        answered = false;
      } else if (request.length() < BUFFER) {
        request += text;
      }
    }

    void answered(String text) throws InterruptedException {
      String question = firstAnswer();
      Matcher beginning = BEGINNING.matcher(question);
      if (!beginning.lookingAt() || "GET HEAD".contains(beginning.group(1))) {
        return;
      }
      Optional<String> application = applicationOf(beginning.group(), question);
      if (application.isPresent()) {
        remember(text, application.get());
        String command = beginning.group(1) + " " + kind(beginning.group(2));
        listed(application.get()).add(command);
        Hold hold = holds.get(application.get());
        if (hold != null) {
          hold.meet(command);
        }
      }
    }

    private synchronized String firstAnswer() {
      String question = answered ? "" : request;
      answered = true;
      return question;
    }
  }

  private Optional<String> applicationOf(String line, String request) {
    Matcher id = NAMED.matcher(line);
    if (id.find() && applications.containsKey(id.group(1))) {
      return Optional.ofNullable(applications.get(id.group(1)));
    }
    return first(URLDecoder.decode(line, StandardCharsets.UTF_8)).or(() -> first(request));
  }

  private static Optional<String> first(String text) {
    Matcher matcher = APPLICATION.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private void remember(String answer, String application) {
    Matcher id = ID.matcher(answer);
    if (id.find()) {
      applications.put(id.group(1), application);
    }
  }

  /** {@code containers/fairlead-k1-…/start} is {@code containers/start}. */
  private static String kind(String path) {
    String[] parts = path.split("/");
    return switch (parts[parts.length - 1]) {
      case "create", "start", "stop", "archive", "tag", "load" ->
          parts[0] + "/" + parts[parts.length - 1];
      default -> parts[0];
    };
  }

  @Override
  public void close() throws IOException {
    holds.values().forEach(Hold::takeAway);
    door.close();
  }
}
