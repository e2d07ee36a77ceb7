package dev.fairlead.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.cli.service.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs command lines against a real HTTP server that answers as told, new for each test. */
final class CommandLineFixture implements BeforeEachCallback, AfterEachCallback {

  record Result(Exit exit, String out, String err) {}

  /** A request as the server saw it. */
  record Request(String line, String token, String body) {}

  private record Answer(int status, String body) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private @Nullable HttpServer server;
  private @Nullable Path folder;
  private @Nullable String typed;
  private @Nullable String anyAnswer;
  final List<Request> requests = new ArrayList<>();

  /** Where commands are run. */
  Path folder() {
    return Objects.requireNonNull(folder);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("fairlead-command-");
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    started.setExecutor(threads);
    started.createContext("/", this::answer);
    started.start();
    server = started;
    for (String service : List.of("CONSOLE", "DEPLOYER", "BACKUP", "HEALTH", "ALERT", "ADR")) {
      with("FAIRLEAD_" + service + "_URL", "http://127.0.0.1:" + started.getAddress().getPort());
    }
    with("FAIRLEAD_TOKEN", "token-of-the-test");
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Objects.requireNonNull(server).stop(0);
    threads.shutdownNow();
    try (Stream<Path> left = Files.walk(folder())) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    Answer answer = next(new Request(line, token, body));
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer next(Request request) {
    requests.add(request);
    Deque<Answer> due = answers.get(request.line());
    if (due == null && anyAnswer != null) {
      return new Answer(200, anyAnswer);
    }
    if (due == null) {
      return new Answer(404, "{\"detail\":\"nothing at %s\"}".formatted(request.line()));
    }
    return due.size() > 1 ? due.removeFirst() : due.getFirst();
  }

  CommandLineFixture with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CommandLineFixture without(String variable) {
    environment.remove(variable);
    return this;
  }

  /**
   * From now on the server is that service of a local stack in the folder, found by its ports.
   *
   * @return where the stack keeps its tokens
   */
  Path localStack(Service service) throws IOException {
    Path home = Files.createDirectories(folder().resolve(".fairlead"));
    int port = Objects.requireNonNull(server).getAddress().getPort();
    Files.writeString(home.resolve("ports"), Integer.toString(port - service.port()));
    without(service.addressVariable());
    return Files.createDirectories(home.resolve("tokens"));
  }

  /** From now on there is a terminal, and a person who types this when asked. */
  CommandLineFixture typing(String line) {
    typed = line;
    return this;
  }

  /** Answers in turn; the last one again and again. */
  synchronized CommandLineFixture answering(String request, int status, String... bodies) {
    Deque<Answer> due = new ArrayDeque<>();
    for (String body : bodies) {
      due.add(new Answer(status, body));
    }
    answers.put(request, due);
    return this;
  }

  /** To every request that no other answer is meant for. */
  synchronized CommandLineFixture answeringAll(String body) {
    anyAnswer = body;
    return this;
  }

  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    Surroundings surroundings =
        new Surroundings(
            Map.copyOf(environment),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            errors,
            folder(),
            typed != null,
            personWhoReads(errors));
    Exit exit = Fairlead.run(surroundings, arguments);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Person personWhoReads(PrintStream questions) {
    String line = typed;
    if (line == null) {
      return Person.NOBODY;
    }
    return question -> {
      questions.print(question);
      return Optional.of(line);
    };
  }
}
