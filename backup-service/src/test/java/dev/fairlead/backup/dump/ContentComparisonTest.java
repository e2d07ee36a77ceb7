package dev.fairlead.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.backup.archive.Manifest.TableContent;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With real databases: {@link DatabaseContentTest}. */
@DisplayName("What differs between two databases")
class ContentComparisonTest {

  @Test
  @DisplayName("is named in full where it is little")
  void few() {
    assertThat(difference(2))
        .isEqualTo("public.t1001 has 0 rows instead of 1, public.t1002 has 0 rows instead of 1");
  }

  @Test
  @DisplayName("is named for the first tables and counted for the others, however many they are")
  void many() {
    assertThat(difference(20)).endsWith("public.t1020 has 0 rows instead of 1");
    assertThat(difference(9_000))
        .startsWith("public.t1001 has 0 rows instead of 1, ")
        .endsWith("public.t1020 has 0 rows instead of 1 and 8980 more");
  }

  private static String difference(int tables) {
    return ContentComparison.difference(content(tables, 1), content(tables, 0));
  }

  private static DatabaseContent content(int tables, long rows) {
    List<TableContent> contents =
        IntStream.rangeClosed(1_001, 1_000 + tables)
            .mapToObj(number -> new TableContent("public", "t" + number, rows, null))
            .toList();
    return new DatabaseContent(contents, null);
  }
}
