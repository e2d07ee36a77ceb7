package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;

/** How a release replaces the one before it. Pure: from two sets of instances to waves. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "strategy")
public sealed interface Strategy {

  /** The word people use for it, as in {@code rolling}. */
  String name();

  /**
   * The waves that lead from {@code before} instances of the old release to {@code after} of the
   * new one. Every wave starts and gives traffic to what is new before it takes anything away, so
   * that never fewer than the smaller of the two numbers serve.
   */
  List<Wave> waves(int before, int after);

  /** Replaces {@code batch} instances at a time. */
  @JsonTypeName("rolling")
  record Rolling(int batch) implements Strategy {

    public Rolling {
      if (batch < 1) {
        throw new IllegalArgumentException("batch is %d; expected at least 1".formatted(batch));
      }
    }

    @Override
    public String name() {
      return "rolling";
    }

    @Override
    public List<Wave> waves(int before, int after) {
      List<Wave> waves = new ArrayList<>();
      for (int started = 0; started < after; started += batch) {
        int next = Math.min(started + batch, after);
        boolean last = next == after;
        waves.add(
            new Wave(
                Range.between(started, next),
                Range.between(Math.min(started, before), last ? before : Math.min(next, before))));
      }
      return List.copyOf(waves);
    }
  }

  /** Starts all that is new beside all that is old, and moves the traffic in one swap. */
  @JsonTypeName("blue-green")
  record BlueGreen() implements Strategy {

    @Override
    public String name() {
      return "blue-green";
    }

    @Override
    public List<Wave> waves(int before, int after) {
      return List.of(new Wave(Range.between(0, after), Range.between(0, before)));
    }

    @Override
    public boolean keepsOldWarm() {
      return true;
    }
  }

  /** Whether old instances run on, without traffic, until the bake window has passed. */
  default boolean keepsOldWarm() {
    return false;
  }

  /**
   * @param start which of the new instances come up and get traffic
   * @param retire which of the old ones then lose it
   */
  record Wave(Range start, Range retire) {}

  /** Numbers of instances, counted from 1. */
  record Range(int first, int last) {

    static Range between(int from, int to) {
      return new Range(from + 1, to);
    }

    public int size() {
      return last - first + 1;
    }
  }
}
