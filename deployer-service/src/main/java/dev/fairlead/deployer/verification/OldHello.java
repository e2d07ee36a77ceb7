package dev.fairlead.deployer.verification;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The greeting of a client that knows nothing newer than TLS 1.1 (RFC 4346, 7.4.1.2), written by
 * hand because the JVM refuses to.
 */
final class OldHello {

  private static final int TLS_1_0 = 0x0301;
  private static final int TLS_1_1 = 0x0302;
  private static final int HANDSHAKE = 22;

  /** ECDHE and RSA with AES in CBC mode: what servers that old have. */
  private static final int[] SUITES = {0xC014, 0xC013, 0xC00A, 0xC009, 0x0035, 0x002F};

  private OldHello() {}

  /** Whether the server goes on with it; closes the connection. */
  static boolean isAccepted(Socket connection, String host) throws IOException {
    try (connection) {
      connection.getOutputStream().write(record(host));
      return connection.getInputStream().read() == HANDSHAKE;
    } catch (SocketException resetByServer) {
      return false;
    }
  }

  private static byte[] record(String host) throws IOException {
    byte[] hello = hello(host);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(HANDSHAKE);
    out.writeShort(TLS_1_0);
    out.writeShort(hello.length + 4);
    out.writeInt(1 << 24 | hello.length); // client_hello
    out.write(hello);
    return bytes.toByteArray();
  }

  private static byte[] hello(String host) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(TLS_1_1);
    byte[] random = new byte[32];
    ThreadLocalRandom.current().nextBytes(random);
    out.write(random);
    out.writeByte(0); // no session
    out.writeShort(2 * SUITES.length);
    for (int suite : SUITES) {
      out.writeShort(suite);
    }
    out.writeShort(0x0100); // one compression: none
    byte[] extensions = extensions(host);
    out.writeShort(extensions.length);
    out.write(extensions);
    return bytes.toByteArray();
  }

  private static byte[] extensions(String host) throws IOException {
    byte[] name = host.getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(0); // server_name, RFC 6066
    out.writeShort(name.length + 5);
    out.writeShort(name.length + 3);
    out.writeByte(0);
    out.writeShort(name.length);
    out.write(name);
    out.writeShort(10); // supported_groups, RFC 8422: secp256r1, secp384r1
    out.writeShort(6);
    out.writeShort(4);
    out.writeShort(23);
    out.writeShort(24);
    out.writeShort(11); // ec_point_formats: uncompressed
    out.writeShort(2);
    out.writeShort(0x0100);
    return bytes.toByteArray();
  }
}
