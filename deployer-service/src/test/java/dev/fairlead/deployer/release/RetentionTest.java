package dev.fairlead.deployer.release;

import static dev.fairlead.deployer.Samples.ALICE;
import static dev.fairlead.deployer.Samples.NOON;
import static dev.fairlead.deployer.Samples.plan;
import static dev.fairlead.deployer.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.ArtifactDigest;
import dev.fairlead.events.DeploymentId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Retention")
class RetentionTest {

  private static final Plan PLAN = plan(spec(), 1, true);

  @Test
  @DisplayName("keeps the newest releases that differ, and what is in use, whatever was deployed")
  void always() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<Release> served = new ArrayList<>();
      for (int i = random.nextInt(30); i >= 0; i--) {
        served.add(release(random.nextInt(9)));
      }
      int count = 1 + random.nextInt(6);
      Release inUse = served.get(random.nextInt(served.size()));

      Set<ArtifactDigest> needed = Retention.needed(served, count, Set.of(inUse.id()));

      List<ArtifactDigest> distinct = served.stream().map(Release::digest).distinct().toList();
      assertThat(needed)
          .as("seed %d", seed)
          .containsAll(distinct.subList(0, Math.min(count, distinct.size())))
          .contains(inUse.digest());
      assertThat(needed.size())
          .as("seed %d: no more than that", seed)
          .isLessThanOrEqualTo(count + 1);
    }
  }

  @Test
  @DisplayName("is not used up by going back and forth between two releases")
  void backAndForth() {
    Release old = release(0);
    List<Release> served =
        new ArrayList<>(List.of(release(2), release(1), release(2), release(1), release(2)));
    served.add(old);

    assertThat(Retention.needed(served, 3, new HashSet<>())).contains(old.digest()).hasSize(3);
  }

  @Test
  @DisplayName("lets every one of the last good releases be gone back to, after any sequence")
  void sequences() {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(5);
      LinkedList<Release> served = new LinkedList<>();
      Set<ArtifactDigest> there = new HashSet<>();
      for (int step = 0; step < 60; step++) {
        Release next = chosen(random, served, count);
        there.add(next.digest());
        if (random.nextInt(4) == 0) {
          continue; // it failed: its artifact stays until somebody tidies up
        }
        served.addFirst(next);
        if (random.nextInt(3) > 0) {
          there.retainAll(Retention.needed(served, count, Set.of(next.id())));
        }

        List<ArtifactDigest> distinct = served.stream().map(Release::digest).distinct().toList();
        assertThat(there)
            .as("seed %d step %d", seed, step)
            .containsAll(distinct.subList(0, Math.min(count, distinct.size())));
      }
    }
  }

  /** Something new, or one of those that are kept. */
  private static Release chosen(Random random, List<Release> served, int count) {
    List<Release> kept =
        served.stream()
            .filter(release -> Retention.needed(served, count, Set.of()).contains(release.digest()))
            .toList();
    return kept.isEmpty() || random.nextBoolean()
        ? release(random.nextInt(9))
        : release(kept.get(random.nextInt(kept.size())).digest());
  }

  private static Release release(int artifact) {
    return release(new ArtifactDigest("sha256:" + Integer.toString(artifact).repeat(64)));
  }

  private static Release release(ArtifactDigest digest) {
    return new Release(
        DeploymentId.random(),
        PLAN.spec(),
        PLAN.version(),
        PLAN.artifact(),
        digest,
        null,
        ALICE,
        List.of(),
        List.of(),
        NOON,
        null,
        null,
        null);
  }
}
