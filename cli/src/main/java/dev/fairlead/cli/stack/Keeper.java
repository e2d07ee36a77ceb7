package dev.fairlead.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Starts members again that have died, for as long as the stack is up, and ends those that hang: on
 * a host of its own systemd would. It does not wait until they are ready, since others may die
 * meanwhile. And it cuts their logs, as logrotate would.
 */
final class Keeper {

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final Duration PULSE_EVERY = Duration.ofSeconds(10);

  /** An answer takes milliseconds, on a machine with ten times too much to do still one second. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(9);

  /** Five seconds: more than {@code up} takes from its start to the note of who keeps the stack. */
  private static final int MOST_UNNAMED_LOOKS = 20;

  private final LocalStack stack;
  private final KeeperNotes notes;
  private final Progress log;
  private final Clock clock;
  private final Map<Member, Upkeep> upkeep = new EnumMap<>(Member.class);
  private Pulse pulse = Pulse.NEW;

  Keeper(LocalStack stack, KeeperNotes notes, Progress log, Clock clock) {
    this.stack = stack;
    this.notes = notes;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Until the process is ended, or is not the one that the stack names as its keeper: {@code down}
   * would not find it, and it must not start what was stopped.
   */
  void keep() throws InterruptedException {
    Thread pulses = Thread.ofPlatform().daemon().name("pulses").start(this::keepFeelingPulses);
    int unnamed = 0;
    while (unnamed < MOST_UNNAMED_LOOKS) {
      if (stack.isKeptByThisProcess()) {
        unnamed = 0;
        lookAfterAll();
      } else {
        unnamed++;
      }
      Thread.sleep(LOOK_EVERY);
    }
    pulses.interrupt();
    log.say("keeper=ended reason=\"the stack names another one, or none\"");
  }

  /** Beside the looks at processes, which must not wait for one that hangs. */
  private void keepFeelingPulses() {
    try {
      while (true) {
        long begin = System.nanoTime();
        if (stack.isKeptByThisProcess()) {
          feelPulses(ANSWER_LIMIT);
          cutLogs(MemberLog.LIMIT);
        }
        Thread.sleep(PULSE_EVERY.minusNanos(System.nanoTime() - begin));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One after the other, the stores first: the services need them. */
  synchronized void lookAfterAll() {
    for (Member member : Member.values()) {
      if (stack.process(member).isEmpty()) {
        upkeep.compute(member, (_, known) -> lookAfter(member, known == null ? Upkeep.NEW : known));
      }
    }
  }

  /**
   * Feels every member's pulse once, and ends the one that hangs; that it is dead is seen later.
   *
   * @param limit of the wait for an answer
   */
  void feelPulses(Duration limit) {
    take(stack.status().pulses(limit));
  }

  /**
   * Cuts the logs that are longer, its own among them.
   *
   * @param limit bytes
   */
  void cutLogs(long limit) {
    MemberLog.all(stack.home())
        .forEach(
            (name, written) -> {
              try {
                if (written.cut(limit)) {
                  log.say("log=%s cut earlier=%s".formatted(name, kept(written)));
                }
              } catch (IOException e) {
                log.say("log=%s grows reason=\"%s\"".formatted(name, e.getMessage()));
              }
            });
  }

  private static String kept(MemberLog cut) {
    return Files.exists(cut.earlier())
        ? cut.earlier().toString()
        : "none: the disk has no room for it";
  }

  private synchronized void take(Map<Member, Pulse.Look> looks) {
    pulse = pulse.after(looks);
    pulse
        .hung(clock.instant())
        .filter(hung -> !Upkeep.NONE.equals(upkeep.get(hung.member())))
        .ifPresent(this::end);
  }

  private void end(Pulse.Hung hung) {
    try {
      if (!stack.endHung(hung.member(), hung.pid())) {
        return; // another command works on the stack: it comes first
      }
    } catch (RuntimeException e) { // whatever it was, the other members must be looked after
      log.say("member=%s hangs reason=\"%s\"".formatted(hung.member().text(), e.getMessage()));
      return;
    }
    Instant now = clock.instant();
    pulse = pulse.afterEnding(hung.member(), now);
    log.say(
        "member=%s hung looks-without-answer=%d next=%s"
            .formatted(
                hung.member().text(),
                hung.looks(),
                pulse.isLeftToPeople(hung.member(), now)
                    ? "start-again: the last time within an hour"
                    : "start-again"));
  }

  /** Ends the looking for good, once nobody is in the middle of being started. */
  synchronized void stop() {
    for (Member member : Member.values()) {
      upkeep.put(member, Upkeep.NONE);
    }
  }

  private Upkeep lookAfter(Member member, Upkeep known) {
    Instant now = clock.instant();
    if (known.givenUp()) {
      return known;
    }
    if (known.nextTry().isEmpty()) {
      Upkeep next = known.died(now);
      note(member, next, now);
      return next;
    }
    return known.isDue(now) ? startAgain(member, known) : known;
  }

  private void note(Member member, Upkeep next, Instant now) {
    notes.write(member, next);
    log.say(
        next.nextTry()
            .map(
                at ->
                    "member=%s ended deaths=%d next=start-again-in-%dms"
                        .formatted(
                            member.text(),
                            next.deaths().size(),
                            Duration.between(now, at).toMillis()))
            .orElse(
                "member=%s ended deaths=%d next=none: it keeps dying; see its log, then: fairlead up"
                    .formatted(member.text(), next.deaths().size())));
  }

  private Upkeep startAgain(Member member, Upkeep known) {
    try {
      if (!stack.relaunch(member)) {
        return known; // another command works on the stack: it comes first
      }
      log.say("member=%s started again".formatted(member.text()));
    } catch (RuntimeException e) { // whatever it was, the other members must be looked after
      log.say("member=%s did not start reason=\"%s\"".formatted(member.text(), e.getMessage()));
    }
    return known.tried();
  }
}
