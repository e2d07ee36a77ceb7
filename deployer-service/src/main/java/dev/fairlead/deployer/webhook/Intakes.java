package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.webhook.Room.Amount;
import java.time.Duration;

/**
 * Three ways in, so that one kind of sender takes no place of another. Together they keep 36 MB at
 * most, of which each body is copied once.
 *
 * @param proved whose secret is in the head of the message
 * @param unproved whose signature covers the body, which has to be read to know; an origin takes an
 *     eighth of what there is for small bodies, and half of the room for large ones, as it may send
 *     one of the largest
 * @param suspected the same, of an origin that has proved nothing too often; there may be others
 *     behind it, so it is not refused
 */
record Intakes(Intake proved, Intake unproved, Intake suspected) {

  private static final int MB = 1 << 20;
  private static final Amount FEW_SMALL = new Amount(16, 2 * MB);
  private static final Amount FEW_LARGE = new Amount(4, 6 * MB);
  private static final Amount SMALL_OF_ONE = new Amount(8, MB);

  Intakes(Duration patience) {
    this(
        new Intake(small(FEW_SMALL, FEW_SMALL), large(FEW_LARGE, FEW_LARGE), patience),
        new Intake(
            small(new Amount(64, 8 * MB), SMALL_OF_ONE),
            large(new Amount(8, 12 * MB), new Amount(2, 6 * MB)),
            patience),
        new Intake(small(FEW_SMALL, SMALL_OF_ONE), large(FEW_LARGE, FEW_LARGE), patience));
  }

  private static Room small(Amount all, Amount ofOne) {
    return new Room(Intake.SMALL, all, ofOne);
  }

  private static Room large(Amount all, Amount ofOne) {
    return new Room(Intake.LARGEST, all, ofOne);
  }
}
