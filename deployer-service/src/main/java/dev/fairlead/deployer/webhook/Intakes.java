package dev.fairlead.deployer.webhook;

import dev.fairlead.deployer.webhook.Capacity.Amount;
import java.time.Duration;

/**
 * Three ways in, so that one kind of sender takes no place of another. Together they keep 24 MB at
 * most, of which each body is copied once.
 *
 * @param proved whose secret is in the head of the message
 * @param unproved whose signature covers the body, which has to be read to know; an address takes
 *     an eighth of the places, and half of the room, as it may send one large message
 * @param suspected the same, of an address that has proved nothing too often; there may be others
 *     behind it, so it is not refused
 */
record Intakes(Intake proved, Intake unproved, Intake suspected) {

  private static final int ROOM = 6 << 20;
  private static final Amount PROVED = new Amount(16, ROOM);
  private static final Amount UNPROVED = new Amount(64, 2 * ROOM);
  private static final Amount OF_ONE = new Amount(8, ROOM);
  private static final Amount SUSPECTED = new Amount(4, ROOM);

  Intakes(Duration patience) {
    this(
        new Intake(new Capacity(PROVED, PROVED), patience),
        new Intake(new Capacity(UNPROVED, OF_ONE), patience),
        new Intake(new Capacity(SUSPECTED, SUSPECTED), patience));
  }
}
