package dev.fairlead.deployer.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How requests are shared out. */
interface WeightConformance extends RouterScene {

  @Test
  @DisplayName("splits traffic by weight")
  default void weights() throws Exception {
    router().apply(route(old().of("1", 90), fresh().of("2", 10)), 5);

    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < 500; i++) {
      answers.merge(get("/").body(), 1, Integer::sum);
    }

    assertThat(answers.getOrDefault("fresh", 0)).isBetween(15, 100);
    assertThat(answers.getOrDefault("old", 0)).isBetween(400, 485);
  }

  @Test
  @DisplayName("gives no new request to a backend of weight 0")
  default void weightless() throws Exception {
    router().apply(route(old().of("1", 100), fresh().of("2", 0)), 5);

    for (int i = 0; i < 20; i++) {
      assertThat(get("/").body()).isEqualTo("old");
    }
  }

  @Test
  @DisplayName("keeps a visitor on the release of the first answer")
  default void sticky() throws Exception {
    router().apply(route(old().of("1", 50), fresh().of("2", 50)).withStickyCookie("canary"), 5);
    Map<String, String> releaseOf = new TreeMap<>();
    for (int i = 0; i < 100 && releaseOf.size() < 2; i++) {
      HttpResponse<String> first = get("/");
      releaseOf.put(first.body(), cookie(first));
    }

    assertThat(releaseOf).containsOnlyKeys("old", "fresh");
    for (int i = 0; i < 20; i++) {
      assertThat(get("/", releaseOf.get("old")).body()).isEqualTo("old");
      assertThat(get("/", releaseOf.get("fresh")).body()).isEqualTo("fresh");
    }
    router().apply(route(old().of("1", 100)).withStickyCookie("canary"), 6);
    assertThat(get("/", releaseOf.get("fresh")).body()).isEqualTo("old");
  }

  @Test
  @DisplayName("gives requests to every instance of a set from its first moment on")
  default void spreads() throws Exception {
    for (int i = 1; i <= 8; i++) {
      String release = String.valueOf(i);
      router().apply(route(old().of(release, 100), fresh().of(release, 100)), i);
      Set<String> answers = new TreeSet<>();
      for (int request = 0; request < 40; request++) {
        answers.add(get("/").body());
      }
      assertThat(answers).as("release " + release).containsExactly("fresh", "old");
    }
  }
}
