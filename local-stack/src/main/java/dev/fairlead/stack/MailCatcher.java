package dev.fairlead.stack;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An SMTP server that takes every mail and delivers none. */
public final class MailCatcher implements AutoCloseable {

  /**
   * A mail as it arrived; {@code body} is the decoded text of its first text part or the raw one.
   */
  public record Mail(
      String from, List<String> to, String subject, String body, Map<String, String> headers) {

    /** The header of that name, whatever its case. */
    public Optional<String> header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  private final GreenMail server;
  private final int port;

  private MailCatcher(GreenMail server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts one at that port of loopback.
   *
   * @throws NeighbourFailed when the port is taken
   */
  public static MailCatcher start(int port) {
    Ports.requireFree(port, "the mail catcher");
    GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    return new MailCatcher(server, port);
  }

  public int port() {
    return port;
  }

  /** Every mail so far, oldest first. */
  public List<Mail> mails() {
    return Arrays.stream(server.getReceivedMessages()).map(MailCatcher::read).toList();
  }

  /** Forgets what arrived. */
  public void clear() {
    try {
      server.purgeEmailFromAllMailboxes();
    } catch (com.icegreen.greenmail.store.FolderException e) {
      throw new NeighbourFailed("cannot forget mails", e);
    }
  }

  private static Mail read(MimeMessage message) {
    try {
      return new Mail(
          addresses(message.getFrom()).findFirst().orElse(""),
          addresses(message.getAllRecipients()).toList(),
          Optional.ofNullable(message.getSubject()).orElse(""),
          text(message),
          headers(message));
    } catch (MessagingException | java.io.IOException e) {
      throw new NeighbourFailed("an unreadable mail arrived: " + e.getMessage(), e);
    }
  }

  private static Stream<String> addresses(Address @org.jspecify.annotations.Nullable [] addresses) {
    return addresses == null ? Stream.of() : Arrays.stream(addresses).map(Address::toString);
  }

  private static String text(jakarta.mail.Part part)
      throws MessagingException, java.io.IOException {
    Object content = part.getContent();
    if (content instanceof String text) {
      return text;
    }
    if (content instanceof jakarta.mail.Multipart parts && parts.getCount() > 0) {
      return text(parts.getBodyPart(0));
    }
    return GreenMailUtil.getBody(part);
  }

  private static Map<String, String> headers(MimeMessage message) throws MessagingException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (var header : Collections.list(message.getAllHeaders())) {
      headers.merge(header.getName(), header.getValue(), (one, two) -> one + ", " + two);
    }
    return headers;
  }

  @Override
  public void close() {
    server.stop();
  }
}
