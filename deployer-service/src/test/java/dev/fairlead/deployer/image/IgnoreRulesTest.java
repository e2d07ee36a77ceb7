package dev.fairlead.deployer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A .dockerignore")
class IgnoreRulesTest {

  @ParameterizedTest(name = "{0}: {1} is ignored: {2}")
  @CsvSource({
    "*.log, a.log, true",
    "*.log, deep/a.log, false",
    "**/*.log, deep/down/a.log, true",
    "**/*.log, a.log, true",
    "target, target/classes/A.class, true",
    "target, sub/target/A.class, false",
    "/target/, target/A.class, true",
    "./target, target, true",
    "a?c, abc, true",
    "a?c, a/c, false",
    "docs/**, docs/a/b.md, true",
    "a.b, axb, false",
    "[a-c].txt, b.txt, true",
    "[^a-c].txt, b.txt, false",
    "[^a-c].txt, d.txt, true",
    "'[&&^x].txt', '&.txt', true",
    "'\\d.txt', d.txt, true",
    "'\\d.txt', 7.txt, false",
    "'\\*.txt', '*.txt', true",
    "'\\*.txt', a.txt, false",
    "'[\\]].txt', '].txt', true",
    "'{a}(b)+$.txt', '{a}(b)+$.txt', true",
    "# target, target, false",
    "., anything, false",
    "secret|!secret/public, secret/public/a, false",
    "secret|!secret/public, secret/key, true",
    "*|!bin|bin/*.tmp, bin/a.tmp, true",
    "*|!bin|bin/*.tmp, bin/a, false",
    "*|!bin|bin/*.tmp, README, true",
  })
  @DisplayName("decides by the last line that matches a path or a folder above it")
  void rules(String lines, String path, boolean ignored) {
    assertThat(new IgnoreRules(lines.replace('|', '\n').lines().toList()).ignores(path))
        .isEqualTo(ignored);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"[", "a[b", "dir\\", "[]", "[z-a]"})
  @DisplayName("says which line is no pattern")
  void wrong(String line) {
    assertThatThrownBy(() -> new IgnoreRules(List.of("# first", line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(".dockerignore line 2 is no pattern: '" + line + "' has ");
  }
}
