package dev.fairlead.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What became of the promises in one run; each is told the moment it is settled. Parts of the story
 * may run side by side.
 */
final class Claims {

  /** Looks, and answers with the evidence. */
  @FunctionalInterface
  interface Observation {
    String observe() throws Exception;
  }

  private final Map<Promise, Claim> settled = new EnumMap<>(Promise.class);
  private final Consumer<Claim> teller;
  private final LongSupplier nanoTime;

  Claims(Consumer<Claim> teller, LongSupplier nanoTime) {
    this.teller = teller;
    this.nanoTime = nanoTime;
  }

  /** Answers whether it was observed, so that the story can stop where it makes no more sense. */
  boolean settle(Promise promise, Observation observation) throws InterruptedException {
    long start = nanoTime.getAsLong();
    boolean observed = false;
    String evidence;
    try {
      evidence = observation.observe();
      observed = true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // whatever went wrong, the claim was not observed
      evidence = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    long millis = Duration.ofNanos(nanoTime.getAsLong() - start).toMillis();
    add(new Claim(promise, observed, evidence, millis));
    return observed;
  }

  private synchronized void add(Claim claim) {
    settled.put(claim.promise(), claim);
    teller.accept(claim);
  }

  /** All promises in the order of the story; one that was not reached was not observed. */
  synchronized List<Claim> all() {
    List<Claim> all = new ArrayList<>();
    String obstacle = "the story ended before";
    for (Promise promise : Promise.values()) {
      Claim claim = settled.get(promise);
      if (claim == null) {
        claim = new Claim(promise, false, "not reached: " + obstacle, 0);
      } else if (!claim.observed()) {
        obstacle = promise.id() + " was not observed";
      }
      all.add(claim);
    }
    return List.copyOf(all);
  }

  boolean allObserved() {
    return all().stream().allMatch(Claim::observed);
  }
}
