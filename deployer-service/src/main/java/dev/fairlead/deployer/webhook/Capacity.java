package dev.fairlead.deployer.webhook;

import java.util.HashMap;
import java.util.Map;

/**
 * Places and room for bodies that are read at once: of all senders, and of one address, so that one
 * takes only its part of them.
 */
final class Capacity {

  private final Amount all;
  private final Amount ofOne;
  private final Map<String, Amount> byAddress = new HashMap<>();
  private Amount used = Amount.NOTHING;

  /**
   * @param places bodies
   * @param bytes of which room is kept, whoever sends them
   */
  record Amount(int places, int bytes) {

    static final Amount NOTHING = new Amount(0, 0);
    static final Amount PLACE = new Amount(1, 0);

    private Amount plus(Amount more) {
      return new Amount(places + more.places, bytes + more.bytes);
    }

    private Amount minus(Amount less) {
      return new Amount(places - less.places, bytes - less.bytes);
    }

    private boolean fits(Amount most) {
      return places <= most.places && bytes <= most.bytes;
    }
  }

  /**
   * @param ofOne address; the same as {@code all} where addresses tell nothing
   */
  Capacity(Amount all, Amount ofOne) {
    this.all = all;
    this.ofOne = ofOne;
  }

  /** Whether there is so much more for this address; then it is taken. */
  synchronized boolean take(String address, Amount more) {
    Amount of = byAddress.getOrDefault(address, Amount.NOTHING).plus(more);
    if (!of.fits(ofOne) || !used.plus(more).fits(all)) {
      return false;
    }
    byAddress.put(address, of);
    used = used.plus(more);
    return true;
  }

  synchronized void giveBack(String address, Amount less) {
    Amount left = byAddress.getOrDefault(address, Amount.NOTHING).minus(less);
    if (left.equals(Amount.NOTHING)) {
      byAddress.remove(address);
    } else {
      byAddress.put(address, left);
    }
    used = used.minus(less);
  }
}
