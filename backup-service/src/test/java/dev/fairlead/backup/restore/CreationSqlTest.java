package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.archive.Manifest.Properties;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A database is created")
class CreationSqlTest {

  private static final String START =
      "create database \"new\" owner \"app\" template template0 encoding 'UTF8'"
          + " lc_collate 'C' lc_ctype 'C'";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -, -, -, 140000, ''
          -, -, -, 150000, ' locale_provider libc'
          c, -, -, 140000, ''
          c, -, -, 180000, ' locale_provider libc'
          i, de-AT, -, 150000, ' locale_provider icu icu_locale ''de-AT'''
          i, de, '&a < b', 160000, ' locale_provider icu icu_locale ''de'' icu_rules ''&a < b'''
          b, C.UTF-8, -, 170000, ' locale_provider builtin builtin_locale ''C.UTF-8'''
          """)
  @DisplayName("with the provider of the locale that it had, wherever a server knows providers")
  void provider(
      @Nullable String provider,
      @Nullable String locale,
      @Nullable String rules,
      int server,
      String end) {
    assertThat(sql(provider, locale, rules, server).statement()).isEqualTo(START + end);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          i, de, -, 140000, 15
          i, de, '&a < b', 150000, 16
          b, C.UTF-8, -, 160000, 17
          """)
  @DisplayName("nowhere with another than it had")
  void tooOld(String provider, String locale, @Nullable String rules, int server, String expected) {
    assertThatThrownBy(() -> sql(provider, locale, rules, server).statement())
        .isInstanceOfSatisfying(
            BackupFailure.class,
            e -> assertThat(e.reason()).isEqualTo(BackupFailureReason.TOOL_MISMATCH))
        .hasMessageContaining("takes PostgreSQL " + expected);
  }

  @Test
  @DisplayName("and nothing else that stands in the manifest")
  void nothingElse() {
    assertThatThrownBy(() -> sql("x", "y", null, 180_000).statement())
        .hasMessageContaining("the locale provider x; expected c, i or b");
    assertThatThrownBy(() -> sql("i", null, null, 180_000).statement())
        .hasMessageContaining("the locale none");
    assertThat(sql("i", "de'; drop", null, 150_000).statement()).endsWith("'de''; drop'");
  }

  private static CreationSql sql(
      @Nullable String provider, @Nullable String locale, @Nullable String rules, int server) {
    Properties properties =
        new Properties(
            "app", "UTF8", "C", "C", provider, locale, List.of(), List.of(), null, null, null,
            rules, null, null);
    return new CreationSql("new", properties, server);
  }
}
