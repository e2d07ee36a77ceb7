package dev.fairlead.cli.demo;

import java.util.Set;

/**
 * What has to be true of a stretch of traffic before anybody may say that it lost nothing.
 *
 * @param least requests that must have been sent: silence proves nothing
 * @param faulty versions that answer with errors because they are meant to
 */
record NoLoss(long least, Set<String> faulty) {

  NoLoss {
    faulty = Set.copyOf(faulty);
  }

  /** Answers with the figures. */
  String in(Tally tally) throws NotObserved {
    if (tally.lost() > 0) {
      throw new NotObserved(tally.summary());
    }
    if (tally.errorsExceptOf(faulty) > 0) {
      throw new NotObserved("a good version answered with errors: " + tally.summary());
    }
    if (tally.sent() < least) {
      throw new NotObserved("%s; at least %d are needed to tell".formatted(tally.summary(), least));
    }
    return tally.summary();
  }
}
