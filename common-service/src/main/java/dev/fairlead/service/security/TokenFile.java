package dev.fairlead.service.security;

import dev.fairlead.events.Actor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The file with the tokens' hashes:
 *
 * <pre>
 * tokens:
 *   - name: alice
 *     roles: [deployer, approver]
 *     sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 * </pre>
 */
final class TokenFile {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  /** What comes out when the token's file or variable was empty. */
  private static final String OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final List<String> mistakes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** One token: its hash, and who holds it. */
  record Entry(byte[] sha256, Caller caller) {}

  private TokenFile() {}

  /**
   * @throws IllegalArgumentException naming every mistake of the file
   */
  static List<Entry> parse(Path file, String yaml) {
    return new TokenFile().entries(file, yaml);
  }

  private List<Entry> entries(Path file, String yaml) {
    List<Entry> entries = new ArrayList<>();
    if (load(yaml) instanceof Map<?, ?> document
        && document.get("tokens") instanceof List<?> tokens) {
      for (int i = 0; i < tokens.size(); i++) {
        entry("tokens[" + i + "]", tokens.get(i)).ifPresent(entries::add);
      }
    } else {
      mistakes.add("expected a list under the key tokens");
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(file + ": " + String.join("; ", mistakes));
    }
    return List.copyOf(entries);
  }

  private @Nullable Object load(String text) {
    try {
      return yaml().load(text);
    } catch (YAMLException e) {
      mistakes.add("not YAML: " + e.getMessage());
      return null;
    }
  }

  /** Every value as it is written: a hash of digits alone is no number. */
  private static Yaml yaml() {
    LoaderOptions reading = new LoaderOptions();
    DumperOptions writing = new DumperOptions();
    return new Yaml(
        new SafeConstructor(reading), new Representer(writing), writing, reading, new AsWritten());
  }

  private static final class AsWritten extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // none
    }
  }

  private Optional<Entry> entry(String at, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> fields)) {
      mistakes.add(at + ": expected name, roles and sha256");
      return Optional.empty();
    }
    Optional<Actor> actor = actor(at, fields.get("name"));
    Optional<Set<Role>> roles = roles(at, fields.get("roles"));
    Optional<byte[]> hash = hash(at, fields.get("sha256"));
    return actor.flatMap(
        who -> roles.flatMap(may -> hash.map(sha -> new Entry(sha, new Caller(who, may)))));
  }

  private Optional<Actor> actor(String at, @Nullable Object name) {
    if (!(name instanceof String text) || text.isBlank()) {
      mistakes.add(at + ".name: expected who holds the token, such as alice");
      return Optional.empty();
    }
    if (!names.add(text)) {
      mistakes.add(at + ".name: " + text + " is there twice; give each token a name of its own");
    }
    try {
      return Optional.of(new Actor(text));
    } catch (IllegalArgumentException e) {
      mistakes.add(at + ".name: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Set<Role>> roles(String at, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      mistakes.add(at + ".roles: expected a list of " + known());
      return Optional.empty();
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (Object text : list) {
      Role.find(String.valueOf(text))
          .ifPresentOrElse(
              roles::add,
              () -> mistakes.add(at + ".roles: " + text + " is no role; expected " + known()));
    }
    return Optional.of(roles);
  }

  private static String known() {
    return String.join(", ", List.of(Role.values()).stream().map(Role::text).toList());
  }

  /** A wrong hash is not repeated: it may be the token itself. */
  private Optional<byte[]> hash(String at, @Nullable Object value) {
    if (value instanceof String text && text.equalsIgnoreCase(OF_NOTHING)) {
      mistakes.add(at + ".sha256: is the hash of an empty token; write the hash of the token");
      return Optional.empty();
    }
    if (value instanceof String text && SHA256.matcher(text).matches()) {
      return Optional.of(HexFormat.of().parseHex(text));
    }
    mistakes.add(at + ".sha256: expected 64 hexadecimal digits: printf %s TOKEN | sha256sum");
    return Optional.empty();
  }
}
