package dev.fairlead.backup.testing;

import dev.fairlead.events.BackupId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the service and an S3 server. It counts the requests of every backup and lets the
 * one with a certain number go wrong, whatever else goes through at the same time.
 */
public final class FaultyRequests implements AutoCloseable {

  /** What happens to a request. */
  public enum Fault {
    ERROR_500,
    RESET,
    /** Nothing comes back, and the request arrives much later, if ever. */
    STALL,
    /** It is done, and nobody hears of it. */
    LOST_ANSWER,
    /** Half of it comes, and then a reset. */
    BROKEN_ANSWER,
    GARBLED_REQUEST,
    GARBLED_ANSWER
  }

  /** How often. */
  public enum Times {
    ONCE,
    /** That request, however often it is tried again. */
    EACH_TIME,
    /** That one and all that follow. */
    FROM_THEN_ON
  }

  /**
   * @param request from 1
   */
  public record Plan(int request, Fault fault, Times times) {}

  private static final int LARGEST_HEAD = 64 * 1024;
  private static final Pattern BACKUP =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] ERROR =
      ascii("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

  private final ServerSocket listener;
  private final URI server;
  private final Map<String, Plan> plans = new ConcurrentHashMap<>();
  private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
  private final CountDownLatch healed = new CountDownLatch(1);
  private final AtomicInteger serving = new AtomicInteger();

  private FaultyRequests(ServerSocket listener, URI server) {
    this.listener = listener;
    this.server = server;
  }

  public static FaultyRequests before(URI server) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.setReceiveBufferSize(16 * 1024); // a part that stalls does not fit in
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      FaultyRequests requests = new FaultyRequests(listener, server);
      Thread.ofVirtual().start(requests::accept);
      return requests;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  public void plan(BackupId backup, Plan plan) {
    plans.put(backup.toString(), plan);
  }

  /** The first lines of the requests of this backup until now, each once however often tried. */
  public List<String> of(BackupId backup) {
    return seen.getOrDefault(backup.toString(), List.of());
  }

  /** Of what there were requests: backups, and each probe under an id of its own. */
  public Set<String> ids() {
    return seen.keySet();
  }

  /** From now on nothing goes wrong, and what had stalled arrives. */
  public void heal() {
    plans.clear();
    healed.countDown();
  }

  /** Whether nothing is under way any more. */
  public boolean isIdle() {
    return serving.get() == 0;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private record Request(String head, byte[] body) {}

  /** One request for each connection: the end of its answer is then that of the stream. */
  private void serve(Socket client) {
    serving.incrementAndGet();
    try (client) {
      InputStream in = client.getInputStream();
      String head = head(in);
      if (head.isEmpty()) {
        return;
      }
      Fault fault = fault(head);
      if (fault == Fault.STALL) {
        healed.await();
      } else if (fault == Fault.RESET) {
        client.setSoLinger(true, 0);
        return;
      }
      Request request = new Request(head, body(head, in, client.getOutputStream()));
      answer(client, request, fault);
    } catch (IOException | InterruptedException _) {
      // the client sees a broken connection, or is gone
    } finally {
      serving.decrementAndGet();
    }
  }

  private void answer(Socket client, Request request, @Nullable Fault fault) throws IOException {
    if (fault == Fault.ERROR_500) {
      client.getOutputStream().write(ERROR);
      return;
    }
    if (fault == Fault.GARBLED_REQUEST && request.body().length > 0) {
      request.body()[request.body().length / 2] ^= 1;
    }
    byte[] answer = forwarded(request);
    if (fault == Fault.LOST_ANSWER) {
      client.setSoLinger(true, 0);
      return;
    }
    if (fault == Fault.GARBLED_ANSWER) {
      garble(answer);
    }
    int length = fault == Fault.BROKEN_ANSWER ? middleOfBody(answer) : answer.length;
    client.getOutputStream().write(answer, 0, length);
    if (length < answer.length) {
      client.setSoLinger(true, 0);
    }
  }

  private byte[] forwarded(Request request) throws IOException {
    try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
      OutputStream out = upstream.getOutputStream();
      out.write(ascii(onlyOne(request.head())));
      out.write(request.body());
      out.flush();
      return upstream.getInputStream().readAllBytes();
    }
  }

  /** Neither header is signed. */
  private static String onlyOne(String head) {
    return head.replaceAll("(?im)^(connection|expect):.*\r\n", "")
        .replaceFirst("\r\n", "\r\nConnection: close\r\n");
  }

  private static void garble(byte[] answer) {
    int middle = middleOfBody(answer);
    if (middle < answer.length) {
      answer[middle] ^= 1;
    }
  }

  /** The end of the answer when it has no body. */
  private static int middleOfBody(byte[] answer) {
    int body = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    return body + (answer.length - body) / 2;
  }

  /** What is planned for this request, if anything. */
  private @Nullable Fault fault(String head) {
    Matcher backup = BACKUP.matcher(head.lines().findFirst().orElse(""));
    if (!backup.find()) {
      return null;
    }
    String line = head.lines().findFirst().orElseThrow();
    int number;
    boolean again;
    List<String> before = seen.computeIfAbsent(backup.group(), _ -> new CopyOnWriteArrayList<>());
    synchronized (before) {
      again = !before.isEmpty() && before.getLast().equals(line);
      if (!again) {
        before.add(line);
      }
      number = before.size();
    }
    Plan plan = plans.get(backup.group());
    return plan != null && strikes(plan, number, again) ? plan.fault() : null;
  }

  private static boolean strikes(Plan plan, int number, boolean again) {
    return switch (plan.times()) {
      case ONCE -> number == plan.request() && !again;
      case EACH_TIME -> number == plan.request();
      case FROM_THEN_ON -> number >= plan.request();
    };
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int last = in.read(); last >= 0 && head.size() < LARGEST_HEAD; last = in.read()) {
      head.write(last);
      if (last == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
    }
    return "";
  }

  private static byte[] body(String head, InputStream in, OutputStream out) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (!length.find()) {
      return new byte[0];
    }
    if (head.toLowerCase(Locale.ROOT).contains("100-continue")) {
      out.write(CONTINUE);
    }
    byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
    if (body.length < Integer.parseInt(length.group(1))) {
      throw new IOException("the client has gone");
    }
    return body;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    heal();
    listener.close();
  }
}
