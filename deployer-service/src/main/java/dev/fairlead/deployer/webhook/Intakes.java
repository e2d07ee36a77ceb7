package dev.fairlead.deployer.webhook;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Three ways in, so that one kind of sender takes no place of another. Together they keep 12 MB at
 * most, of which each body is copied once.
 *
 * @param proved whose secret is in the head of the message
 * @param unproved whose signature covers the body, which has to be read to know
 * @param suspected the same, of an address that has proved nothing too often; there may be others
 *     behind it, so it is not refused
 */
record Intakes(Intake proved, Intake unproved, Intake suspected) {

  private static final int ROOM = 6 << 20;
  private static final int MANY = 16;
  private static final int FEW = 4;

  Intakes(Duration patience) {
    this(patience, new Semaphore(ROOM), new Semaphore(ROOM));
  }

  private Intakes(Duration patience, Semaphore roomOfProved, Semaphore roomOfOthers) {
    this(
        new Intake(MANY, roomOfProved, patience),
        new Intake(MANY, roomOfOthers, patience),
        new Intake(FEW, roomOfOthers, patience));
  }
}
