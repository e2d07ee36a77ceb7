package dev.fairlead.alert.channel;

import dev.fairlead.service.secret.Secrets;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Date;
import java.util.Locale;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * E-mail over SMTP. The Message-ID comes from the notification, so a mail that is sent again is the
 * same mail; all mails about an incident answer one that never existed, which makes them a thread.
 */
final class EmailChannel implements Channel {

  private static final int PERMANENT = 500;

  /** A header line may have 998 bytes; mail programs show far fewer. */
  private static final int SUBJECT = 200;

  private final ChannelSettings.Email settings;
  private final Secrets secrets;
  private final Duration timeout;

  EmailChannel(ChannelSettings.Email settings, Secrets secrets, Duration timeout) {
    this.settings = settings;
    this.secrets = secrets;
    this.timeout = timeout;
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.EMAIL;
  }

  @Override
  public String destination() {
    return String.join(", ", settings.to());
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    try {
      Transport.send(mail(delivery));
      return new Outcome.Delivered("accepted by " + settings.host(), null);
    } catch (MessagingException e) {
      return verdict(e);
    }
  }

  private static Outcome verdict(MessagingException failure) {
    if (failure instanceof SendFailedException partly && wasSentToSome(partly)) {
      return new Outcome.Delivered("not to all: " + reason(failure), null);
    }
    boolean permanent =
        failure instanceof AuthenticationFailedException || replyCode(failure) >= PERMANENT;
    return permanent
        ? new Outcome.Refused(reason(failure))
        : new Outcome.Unavailable(reason(failure), null);
  }

  private static boolean wasSentToSome(SendFailedException failure) {
    return failure.getValidSentAddresses() != null && failure.getValidSentAddresses().length > 0;
  }

  /** The first SMTP reply among the nested failures, or 0 if the server never replied. */
  private static int replyCode(MessagingException failure) {
    for (Exception e = failure; e != null; e = nextOf(e)) {
      int code =
          switch (e) {
            case SMTPAddressFailedException refused -> refused.getReturnCode();
            case SMTPSendFailedException refused -> refused.getReturnCode();
            case SMTPSenderFailedException refused -> refused.getReturnCode();
            default -> 0;
          };
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private static @Nullable Exception nextOf(Exception failure) {
    return failure instanceof MessagingException nested ? nested.getNextException() : null;
  }

  private static String reason(MessagingException failure) {
    Exception deepest = failure;
    for (Exception next = nextOf(failure); next != null; next = nextOf(next)) {
      deepest = next;
    }
    return Texts.fit(
        "%s: %s".formatted(deepest.getClass().getSimpleName(), deepest.getMessage()).strip(), 300);
  }

  private MimeMessage mail(Delivery delivery) throws MessagingException {
    String domain = settings.from().substring(settings.from().lastIndexOf('@') + 1);
    MimeMessage mail = new KeyedMail(session(), "<%s@%s>".formatted(delivery.key(), domain));
    String root = "<incident-%s@%s>".formatted(delivery.bulletin().incident(), domain);
    mail.setFrom(new InternetAddress(settings.from()));
    mail.setRecipients(Message.RecipientType.TO, String.join(",", settings.to()));
    mail.setSubject(Texts.fit(Texts.headline(delivery), SUBJECT), "UTF-8");
    mail.setSentDate(Date.from(delivery.now()));
    mail.setHeader("In-Reply-To", root);
    mail.setHeader("References", root);
    mail.setHeader("Auto-Submitted", "auto-generated");
    mail.setText(Texts.plain(delivery), "UTF-8");
    return mail;
  }

  private Session session() {
    Properties properties = new Properties();
    properties.put("mail.smtp.host", settings.host());
    properties.put("mail.smtp.port", Integer.toString(settings.port()));
    String millis = Long.toString(timeout.toMillis());
    // Without these three, Jakarta Mail waits for ever.
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    properties.put("mail.smtp.sendpartial", "true");
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    switch (settings.tls()) {
      case STARTTLS -> {
        properties.put("mail.smtp.starttls.enable", "true");
        properties.put("mail.smtp.starttls.required", "true");
      }
      case IMPLICIT -> properties.put("mail.smtp.ssl.enable", "true");
      case NONE -> properties.put("mail.smtp.starttls.enable", "false");
    }
    if (settings.username() == null) {
      return Session.getInstance(properties);
    }
    properties.put("mail.smtp.auth", "true");
    return Session.getInstance(properties, new Login());
  }

  /** Asked once a connection, so a rotated password is found. */
  private final class Login extends Authenticator {
    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      String password =
          settings.password() == null ? "" : secrets.resolve(settings.password()).reveal();
      return new PasswordAuthentication(settings.username(), password);
    }
  }

  /** Jakarta Mail gives every mail a random Message-ID unless this method is overridden. */
  private static final class KeyedMail extends MimeMessage {
    private final String messageId;

    KeyedMail(Session session, String messageId) {
      super(session);
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId.toLowerCase(Locale.ROOT));
    }
  }
}
