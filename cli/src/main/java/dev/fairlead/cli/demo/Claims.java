package dev.fairlead.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The claims of one run, in the order in which they were settled; each is told that moment. Parts
 * of the story may run side by side.
 */
final class Claims {

  /** Looks, and answers with the evidence. */
  @FunctionalInterface
  interface Observation {
    String observe() throws Exception;
  }

  private final List<Claim> settled = new ArrayList<>();
  private final Consumer<Claim> teller;
  private final LongSupplier nanoTime;

  Claims(Consumer<Claim> teller, LongSupplier nanoTime) {
    this.teller = teller;
    this.nanoTime = nanoTime;
  }

  /** Answers whether it was observed, so that the story can stop where it makes no more sense. */
  boolean settle(String id, String claim, Observation observation) throws InterruptedException {
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
    add(new Claim(id, claim, observed, evidence, millis));
    return observed;
  }

  private synchronized void add(Claim claim) {
    settled.add(claim);
    teller.accept(claim);
  }

  synchronized List<Claim> all() {
    return List.copyOf(settled);
  }

  /** Whether there was anything to observe, and all of it was. */
  synchronized boolean allObserved() {
    return !settled.isEmpty() && settled.stream().allMatch(Claim::observed);
  }
}
