package dev.fairlead.stack;

import java.nio.file.Path;
import java.util.Map;

/**
 * The neighbours that need no process each, in one: S3, mail, Slack, PagerDuty. {@code GET
 * /received} on the listing port shows what the last three got.
 *
 * <p>Settings are environment variables, because credentials do not belong in a process list:
 * {@code FAIRLEAD_S3_FOLDER}, {@code _S3_PORT}, {@code _S3_ACCESSKEY}, {@code _S3_SECRETKEY},
 * {@code _S3_BUCKET}, {@code _SMTP_PORT}, {@code _SLACK_PORT}, {@code _PAGERDUTY_PORT}, {@code
 * _LISTING_PORT}.
 */
public final class EmbeddedNeighbours {

  private EmbeddedNeighbours() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      start(System.getenv());
    } catch (RuntimeException e) {
      System.err.println(
          "neighbours failed: " + (e instanceof NeighbourFailed ? e.getMessage() : e));
      System.exit(1); // those that have started would keep the JVM alive, and nobody would know
    }
    Thread.currentThread().join();
  }

  private static void start(Map<String, String> settings) {
    MailCatcher mail = MailCatcher.start(port(settings, "FAIRLEAD_SMTP_PORT"));
    FakeSlack slack = FakeSlack.start(port(settings, "FAIRLEAD_SLACK_PORT"));
    FakePagerDuty pagerDuty = FakePagerDuty.start(port(settings, "FAIRLEAD_PAGERDUTY_PORT"));
    S3Server s3 = startS3(settings);
    VendorServer listing = new VendorServer(port(settings, "FAIRLEAD_LISTING_PORT"), "the listing");
    listing.list("/health", () -> Map.of("status", "UP"));
    listing.list(
        "/received",
        () ->
            Map.of(
                "mail", mail.mails(),
                "slack", slack.messages(),
                "pagerduty", pagerDuty.incidents()));
    listing.start();
    System.out.println("neighbours ready s3=" + s3.endpoint() + " listing=" + listing.address());
  }

  private static S3Server startS3(Map<String, String> settings) {
    S3Server.Credentials credentials =
        new S3Server.Credentials(
            required(settings, "FAIRLEAD_S3_ACCESSKEY"),
            required(settings, "FAIRLEAD_S3_SECRETKEY"));
    Path folder = Path.of(required(settings, "FAIRLEAD_S3_FOLDER"));
    S3Server s3 = S3Server.start(folder, port(settings, "FAIRLEAD_S3_PORT"), credentials);
    s3.createBucket(required(settings, "FAIRLEAD_S3_BUCKET"));
    return s3;
  }

  private static int port(Map<String, String> settings, String name) {
    String value = required(settings, name);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new NeighbourFailed("%s is '%s', expected a port".formatted(name, value), e);
    }
  }

  private static String required(Map<String, String> settings, String name) {
    String value = settings.get(name);
    if (value == null || value.isBlank()) {
      throw new NeighbourFailed(name + " is not set");
    }
    return value;
  }
}
