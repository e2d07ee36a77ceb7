package dev.fairlead.deployer.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How many instances are replaced at a time: a number, or a share of all that are wanted.
 *
 * @param amount at least 1; at most 100 for a share
 */
public record Batch(int amount, boolean isShare) {

  public Batch {
    if (amount < 1 || amount > 100) {
      throw new IllegalArgumentException(
          "found '%s', expected a number from 1 to 100, or a share such as 25%%"
              .formatted(written(amount, isShare)));
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Batch of(int instances) {
    return new Batch(instances, false);
  }

  /** {@code 2} or {@code 25%}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Batch parse(String text) {
    if (!text.matches("-?\\d{1,9}%?")) {
      throw new IllegalArgumentException(
          "found '%s', expected a number from 1 to 100, or a share such as 25%%".formatted(text));
    }
    boolean share = text.endsWith("%");
    return new Batch(Integer.parseInt(share ? text.substring(0, text.length() - 1) : text), share);
  }

  /** Of so many; a share is rounded up. */
  int of(Range all) {
    return isShare ? Math.max(1, Math.ceilDiv(all.size() * amount, 100)) : amount;
  }

  /** As a number where it is one: so it was written before there were shares. */
  @JsonValue
  Object written() {
    return isShare ? written(amount, true) : (Object) amount;
  }

  private static String written(int amount, boolean share) {
    return share ? amount + "%" : Integer.toString(amount);
  }

  @Override
  public String toString() {
    return written(amount, isShare);
  }
}
