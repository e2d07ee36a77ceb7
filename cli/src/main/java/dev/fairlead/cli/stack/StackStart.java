package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.stack.NeighbourFailed;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * One start of the stack. Members start beside each other, as many at a time as the machine has
 * processors: more would only make each of them slower.
 */
final class StackStart {

  private final MemberStart memberStart;
  private final StackPorts ports;
  private final StackStop stop;
  private final Progress progress;
  private final Semaphore starting =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
  private final CountDownLatch databases = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean givenUp;
  private volatile boolean complete;

  StackStart(MemberStart memberStart, StackPorts ports, StackStop stop, Progress progress) {
    this.memberStart = memberStart;
    this.ports = ports;
    this.stop = stop;
    this.progress = progress;
  }

  /** Returns when all are ready; when one fails, or all are given up, none of them runs. */
  void start(List<Member> members) {
    try {
      startBesideEachOther(members);
      if (givenUp) {
        throw new Failure(Exit.INTERRUPTED, "interrupted", "");
      }
      complete = true;
    } finally {
      if (!complete) {
        givenUp = true;
        stop.stop(members);
      }
    }
  }

  /**
   * Makes a start that is under way on another thread fail soon. Whoever is in the middle of
   * starting a process ends it, or has it written down, before that start goes on to stop them.
   */
  void giveUp() {
    givenUp = true;
    threads.shutdownNow();
  }

  boolean isComplete() {
    return complete;
  }

  private void startBesideEachOther(List<Member> members) {
    if (!members.contains(Member.POSTGRES)) {
      databases.countDown();
    }
    try (threads) {
      ExecutorCompletionService<Member> done = new ExecutorCompletionService<>(threads);
      for (Member member : members) {
        done.submit(() -> startWhenItsTurn(member));
      }
      try {
        for (int i = 0; i < members.size(); i++) {
          done.take().get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw asFailure(e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new Failure(Exit.INTERRUPTED, "interrupted", "", e);
      }
    }
  }

  private static Failure asFailure(ExecutionException ended) {
    Throwable cause = ended.getCause();
    return switch (cause) {
      case null -> new Failure(Exit.FAILED, text(ended), "", ended);
      case Failure failure -> failure;
      case NeighbourFailed failed -> new Failure(Exit.FAILED, text(failed), "", failed);
      default -> new Failure(Exit.FAILED, String.valueOf(cause), "fairlead doctor", cause);
    };
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  private Member startWhenItsTurn(Member member) throws InterruptedException {
    if (Member.services().contains(member)) {
      databases.await();
    }
    starting.acquire();
    try {
      if (!givenUp) {
        long begin = System.nanoTime();
        start(member);
        if (member == Member.POSTGRES) {
          databases.countDown();
        }
        progress.say(
            "%-10s ready after %4.1f s on port %d: %s"
                .formatted(
                    member.text(),
                    (System.nanoTime() - begin) / 1e9,
                    member.ports(ports).getFirst(),
                    member.purpose()));
      }
      return member;
    } finally {
      starting.release();
    }
  }

  private void start(Member member) throws InterruptedException {
    memberStart.launch(member);
    memberStart.awaitReady(member, () -> givenUp);
  }
}
