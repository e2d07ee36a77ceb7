package dev.fairlead.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Names and ids")
class ValueTypesTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "Orders", "1orders", "orders/x", "orders ", "ordérs", "-a", "a\nb"})
  @DisplayName("an application's name must be safe in a path, a host name and a key")
  void badApplicationNames(String name) {
    assertThatThrownBy(() -> new ApplicationName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("application name '" + name + "' is not valid; expected");
  }

  @Test
  @DisplayName("an endless name is not repeated in full")
  void longNamesAreShortened() {
    assertThatThrownBy(() -> new ApplicationName("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret:file:/run/secrets/db", "secret:env:DB_PASSWORD"})
  @DisplayName("a secret is named by file or by environment variable")
  void secretReferences(String reference) {
    assertThat(new SecretReference(reference)).hasToString(reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "secret:", "secret:vault:x", "secret:env:", "secret:env:a b"})
  @DisplayName("a bare secret is no reference")
  void noSecretReferences(String reference) {
    assertThatThrownBy(() -> new SecretReference(reference))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("ids made one after the other sort one after the other, also across threads")
  void idsAreOrderedAndUnique() throws Exception {
    int threads = 4;
    int each = 5_000;
    List<Callable<List<String>>> makers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      makers.add(
          () -> {
            List<String> ids = new ArrayList<>();
            for (int n = 0; n < each; n++) {
              ids.add(EventId.random().toString());
            }
            return ids;
          });
    }
    HashSet<String> all = new HashSet<>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (var made : executor.invokeAll(makers)) {
        assertThat(made.get()).isSorted();
        all.addAll(made.get());
      }
    }
    assertThat(all).hasSize(threads * each);
  }

  @Test
  @DisplayName("an id is a UUID of version 7 with the variant of RFC 9562")
  void idsAreVersion7() {
    assertThat(EventId.random().value().version()).isEqualTo(7);
    assertThat(EventId.random().value().variant()).isEqualTo(2);
  }

  @Test
  @DisplayName("the same idempotency key always names the same deployment")
  void deploymentIdsFollowTheKey() {
    DeploymentId first = DeploymentId.forRequest("build-4711");

    assertThat(DeploymentId.forRequest("build-4711")).isEqualTo(first);
    assertThat(DeploymentId.forRequest("build-4712")).isNotEqualTo(first);
    assertThat(first.value().version()).isEqualTo(8);
  }
}
