package dev.fairlead.health.probe;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The machine's name servers, asked directly: "there is no such name" is an answer, silence is a
 * fault of the prober's side.
 */
public final class NameServers {

  private static final int DNS_PORT = 53;
  private static final int HEADER_BYTES = 12;
  private static final short RECURSION_DESIRED = 0x0100;
  private static final short TYPE_NS = 2;
  private static final short CLASS_IN = 1;

  private final Path configuration;
  private final int port;
  private final Duration patience;

  /** Those of {@code /etc/resolv.conf}. */
  public NameServers() {
    this(Path.of("/etc/resolv.conf"), DNS_PORT, Duration.ofSeconds(1));
  }

  NameServers(Path configuration, int port, Duration patience) {
    this.configuration = configuration;
    this.port = port;
    this.patience = patience;
  }

  /** Whether one of them answers; true where none is configured, as names come from files then. */
  boolean answer() {
    List<String> servers = configured();
    return servers.isEmpty() || servers.stream().anyMatch(this::answers);
  }

  private List<String> configured() {
    try {
      return Files.readAllLines(configuration, StandardCharsets.UTF_8).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> words[1])
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private boolean answers(String server) {
    short id = (short) ThreadLocalRandom.current().nextInt();
    byte[] question = questionForTheRoot(id);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout((int) patience.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(server), port));
      socket.send(new DatagramPacket(question, question.length));
      DatagramPacket answer = new DatagramPacket(new byte[512], 512);
      socket.receive(answer);
      return answer.getLength() >= HEADER_BYTES
          && ByteBuffer.wrap(answer.getData()).getShort() == id;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }

  /** RFC 1035 §4.1: a header with one question, then the empty name, type NS, class IN. */
  private static byte[] questionForTheRoot(short id) {
    return ByteBuffer.allocate(HEADER_BYTES + 5)
        .putShort(id)
        .putShort(RECURSION_DESIRED)
        .putShort((short) 1)
        .putShort((short) 0)
        .putInt(0)
        .put((byte) 0)
        .putShort(TYPE_NS)
        .putShort(CLASS_IN)
        .array();
  }
}
