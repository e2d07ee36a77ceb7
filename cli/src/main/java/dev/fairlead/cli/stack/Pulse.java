package dev.fairlead.cli.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which member hangs: is alive, and answers nothing. It counts looks instead of time, since a
 * machine that has slept, or has no processor to spare, has looked less often. It is slow to judge:
 * ending what only is slow costs more than bearing with what hangs.
 *
 * @param silences of those that are alive
 * @param ended those that were ended as hung in the last hour
 */
record Pulse(Map<Member, Silence> silences, List<Ended> ended) {

  static final Pulse NEW = new Pulse(Map.of(), List.of());

  /** What came of a look at a process. */
  record Look(long pid, boolean answers) {}

  /**
   * @param looks that it has not answered
   */
  record Hung(Member member, long pid, int looks) {}

  record Ended(Member member, Instant when) {}

  private static final Duration MEMORY = Duration.ofHours(1);

  /** How often a member is ended within that time; then its hanging is left to people. */
  static final int MOST_TIMES = 3;

  /** After one was ended the others may need time to find it again, and the machine to calm. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /**
   * @param looks at every member that is alive
   */
  Pulse after(Map<Member, Look> looks) {
    Map<Member, Silence> next = new EnumMap<>(Member.class);
    looks.forEach(
        (member, look) -> {
          Silence known = silences.get(member);
          next.put(
              member,
              known == null
                  ? Silence.of(look.pid(), look.answers())
                  : known.then(look.pid(), look.answers()));
        });
    return new Pulse(next, ended);
  }

  /** The one to be ended now, a store before what needs it. */
  Optional<Hung> hung(Instant now) {
    if (ended.stream().anyMatch(before -> before.when().isAfter(now.minus(PAUSE)))) {
      return Optional.empty();
    }
    return silences.entrySet().stream()
        .filter(entry -> entry.getValue().isTooLong())
        .map(entry -> hung(entry.getKey(), entry.getValue()))
        .filter(hung -> !isLeftToPeople(hung.member(), now))
        .filter(hung -> isStore(hung.member()) || !isMachineSlow())
        .findFirst();
  }

  private static Hung hung(Member member, Silence silence) {
    return new Hung(member, silence.pid(), silence.looks());
  }

  boolean isLeftToPeople(Member member, Instant now) {
    return ended.stream()
            .filter(before -> before.member() == member)
            .filter(before -> before.when().isAfter(now.minus(MEMORY)))
            .count()
        >= MOST_TIMES;
  }

  private static boolean isStore(Member member) {
    return member == Member.POSTGRES || member == Member.KAFKA;
  }

  /** Where half of all are silent, it is not one of them that hangs. */
  private boolean isMachineSlow() {
    long silent = silences.values().stream().filter(silence -> silence.looks() > 0).count();
    return silences.size() > 1 && 2 * silent >= silences.size();
  }

  /** All others get their whole time again. */
  Pulse afterEnding(Member member, Instant now) {
    Map<Member, Silence> forgiven = new EnumMap<>(Member.class);
    silences.forEach((each, silence) -> forgiven.put(each, silence.forgiven()));
    forgiven.remove(member);
    return new Pulse(
        forgiven,
        Stream.concat(
                ended.stream().filter(before -> before.when().isAfter(now.minus(MEMORY))),
                Stream.of(new Ended(member, now)))
            .toList());
  }
}
