package dev.fairlead.cli.stack;

import dev.fairlead.cli.Failure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Passwords, tokens and keys of a local stack: made once, each in a file that only its owner can
 * read. Services get references to these files.
 */
public final class StackSecrets {

  /** Who may talk to the local stack, and as what. */
  private static final Map<String, List<String>> IDENTITIES = identities();

  /** The password of the database server's superuser. */
  static final String POSTGRES = "postgres";

  static final String EDGE_TOKEN = "edge-token";
  static final String S3_ACCESS_KEY = "s3-access-key";
  static final String S3_SECRET_KEY = "s3-secret-key";
  static final String SLACK_WEBHOOK = "slack-webhook";
  static final String PAGERDUTY_ROUTING_KEY = "pagerduty-routing-key";
  static final String STATEMENT_KEY = "backup.statement-key";

  private final StackHome home;
  private final BackupKey backupKey;

  StackSecrets(StackHome home) {
    this.home = home;
    this.backupKey = new BackupKey(home);
  }

  private static Map<String, List<String>> identities() {
    Map<String, List<String>> identities = new LinkedHashMap<>();
    identities.put("admin", List.of("admin"));
    identities.put("deployer", List.of("deployer"));
    identities.put("approver", List.of("approver", "on-call"));
    identities.put("viewer", List.of("viewer"));
    return identities;
  }

  /**
   * Makes what is missing, before any member starts; what exists stays, because data is protected
   * with it.
   *
   * @param inUse whether a member runs: it would not learn of a new secret in place of an empty one
   * @throws Failure when one is empty and cannot be made anew, or the backups' keys are no pair
   */
  void create(boolean inUse) {
    List<SecretFile> random =
        Stream.concat(
                IDENTITIES.keySet().stream().map(this::tokenFile),
                Stream.concat(
                        Stream.of(EDGE_TOKEN, S3_ACCESS_KEY, S3_SECRET_KEY),
                        Member.services().stream().map(StackSecrets::databasePassword))
                    .map(this::file))
            .toList();
    if (!inUse) {
      random.forEach(SecretFile::makeAnewIfEmpty);
    }
    random.forEach(SecretFile::readOrMake);
    backupKey.ensure();
    home.tokensFile().writeOwn(hashedTokens());
  }

  /** Whether the stack itself has a token of this name. */
  static boolean isIdentity(String name) {
    return IDENTITIES.containsKey(name);
  }

  /** The token of a local identity. */
  public String token(String identity) {
    return tokenFile(identity).read();
  }

  private SecretFile tokenFile(String identity) {
    return new SecretFile(home.tokens().resolve(identity));
  }

  /** The hashes that services compare with. */
  Path tokensFile() {
    return home.tokensFile().file();
  }

  /** A secret by name, made at first use. */
  public String named(String name) {
    return file(name).readOrMake();
  }

  private SecretFile file(String name) {
    return new SecretFile(home.secrets().resolve(name));
  }

  /** The name of the password of a service's database. */
  static String databasePassword(Member service) {
    return "database-" + service.text();
  }

  /** How a setting names a secret: {@code secret:file:/…}. */
  String reference(String name) {
    named(name);
    return "secret:file:" + file(name).path();
  }

  /** Keeps a value that is not random but secret all the same, such as a webhook's address. */
  String keep(String name, String value) {
    file(name).write(value);
    return reference(name);
  }

  /**
   * Files and folders that are for this stack's own members; beside them applications have theirs.
   */
  List<Path> closed() {
    Stream<Path> ownFiles =
        Stream.concat(
                Stream.of(
                    POSTGRES,
                    EDGE_TOKEN,
                    S3_ACCESS_KEY,
                    S3_SECRET_KEY,
                    SLACK_WEBHOOK,
                    PAGERDUTY_ROUTING_KEY,
                    STATEMENT_KEY),
                Member.services().stream().map(StackSecrets::databasePassword))
            .map(name -> file(name).path());
    return Stream.concat(
            Stream.of(home.tokens(), home.data(), home.ownSettings(), tokensFile(), ageIdentity()),
            ownFiles)
        .toList();
  }

  /** The private key that opens backups. */
  public Path ageIdentity() {
    return backupKey.identity();
  }

  /** The public key that backups are encrypted to. */
  public String ageRecipient() {
    return backupKey.recipient();
  }

  private String hashedTokens() {
    StringBuilder yaml = new StringBuilder("tokens:\n");
    for (Map.Entry<String, List<String>> identity : IDENTITIES.entrySet()) {
      yaml.append("  - name: ").append(identity.getKey()).append('\n');
      yaml.append("    roles: ").append(identity.getValue()).append('\n');
      yaml.append("    sha256: ").append(LocalTokens.sha256(token(identity.getKey()))).append('\n');
    }
    return yaml.toString();
  }
}
