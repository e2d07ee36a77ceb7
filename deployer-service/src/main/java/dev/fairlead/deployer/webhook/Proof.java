package dev.fairlead.deployer.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.deployer.manifest.Webhook.Sender;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a message is from somebody who knows the secret. Comparisons take the same time however
 * much of a guess is right.
 *
 * <p>GitHub: "Validating webhook deliveries"; GitLab: "Webhooks, secret token"; Distribution
 * registries send the headers they are configured with.
 */
final class Proof {

  private static final String SIGNED = "X-Hub-Signature-256";
  private static final Pattern FORM = Pattern.compile("sha256=[0-9a-f]{64}");
  private static final String SIGNATURE = "sha256=";
  private static final String BEARER = "Bearer ";

  private Proof() {}

  /**
   * What can be told before the body is read: everything of a secret that is sent along, and of a
   * signature whether there is one.
   */
  static boolean mayHold(Sender sender, Message head, String secret) {
    return switch (sender) {
      case GITHUB -> head.find(SIGNED).filter(FORM.asMatchPredicate()).isPresent();
      case GITLAB, REGISTRY -> holds(sender, head, secret);
    };
  }

  static boolean holds(Sender sender, Message message, String secret) {
    return switch (sender) {
      case GITHUB -> same(message, SIGNED, SIGNATURE + signature(message, secret));
      case GITLAB -> same(message, "X-Gitlab-Token", secret);
      case REGISTRY -> same(message, "Authorization", BEARER + secret);
    };
  }

  private static boolean same(Message message, String header, String expected) {
    byte[] sent = message.find(header).orElse("").getBytes(UTF_8);
    return MessageDigest.isEqual(sent, expected.getBytes(UTF_8));
  }

  private static String signature(Message message, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(message.body()));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
