package dev.fairlead.backup.drill;

import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/** One throwaway cluster at a time, whoever wants it: drills must not crowd out what is in use. */
@Component
class DrillTurn {

  private final Semaphore onlyOne = new Semaphore(1);

  /** Whether it is ours; then it has to be given back. */
  boolean tryTake() {
    return onlyOne.tryAcquire();
  }

  void giveBack() {
    onlyOne.release();
  }
}
