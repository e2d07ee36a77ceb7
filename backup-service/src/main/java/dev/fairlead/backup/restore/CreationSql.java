package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest;
import dev.fairlead.backup.postgres.Identifiers;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.Objects;

/**
 * Creates a database with the locale of another. The provider is always said where a server knows
 * providers: without it the database would get that of the server's template.
 *
 * @param server the version of the server it is created on, such as 170002
 */
record CreationSql(String name, Manifest.Properties properties, int server) {

  static final String LIBC = "c";
  static final String ICU = "i";
  static final String BUILTIN = "b";

  static final int WITH_PROVIDERS = 150_000;
  private static final int WITH_RULES = 160_000;
  private static final int WITH_BUILTIN = 170_000;

  /**
   * @throws BackupFailure when this server does not know the provider
   */
  String statement() {
    return "create database %s owner %s template template0 encoding %s lc_collate %s lc_ctype %s%s"
        .formatted(
            Identifiers.quoted(name),
            Identifiers.quoted(properties.owner()),
            Identifiers.literal(properties.encoding()),
            Identifiers.literal(properties.collation()),
            Identifiers.literal(properties.characterType()),
            provider());
  }

  private String provider() {
    String provider = providerOf(properties);
    int since =
        switch (provider) {
          case LIBC -> 0;
          case ICU -> properties.icuRules() == null ? WITH_PROVIDERS : WITH_RULES;
          case BUILTIN -> WITH_BUILTIN;
          default -> throw SettingSql.notFromAServer("locale provider", provider, "c, i or b");
        };
    if (server < since) {
      throw tooOld(since);
    }
    return switch (provider) {
      case ICU -> " locale_provider icu icu_locale " + locale() + rules();
      case BUILTIN -> " locale_provider builtin builtin_locale " + locale();
      default -> server < WITH_PROVIDERS ? "" : " locale_provider libc";
    };
  }

  /** Before PostgreSQL 15 there was but one. */
  static String providerOf(Manifest.Properties properties) {
    return Objects.requireNonNullElse(properties.localeProvider(), LIBC);
  }

  private String locale() {
    String locale = properties.locale();
    if (locale == null) {
      throw SettingSql.notFromAServer("locale", "none", "that of its provider");
    }
    return Identifiers.literal(locale);
  }

  private String rules() {
    return properties.icuRules() == null
        ? ""
        : " icu_rules " + Identifiers.literal(properties.icuRules());
  }

  private BackupFailure tooOld(int since) {
    return new BackupFailure(
        BackupFailureReason.TOOL_MISMATCH,
        "the locale of the backup's database (provider %s, locale %s) takes PostgreSQL %d; this server is %d"
            .formatted(
                properties.localeProvider(), properties.locale(), since / 10_000, server / 10_000),
        "restore on a server of the version that was backed up, or a newer one");
  }
}
