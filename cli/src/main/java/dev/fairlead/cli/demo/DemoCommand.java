package dev.fairlead.cli.demo;

import dev.fairlead.cli.Arguments;
import dev.fairlead.cli.Command;
import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Json;
import dev.fairlead.cli.Output;
import dev.fairlead.cli.Session;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.stack.LocalStack;
import dev.fairlead.cli.stack.Preflight;
import dev.fairlead.cli.stack.StackLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code demo}: a fresh suite, the story, the table of claims. */
public final class DemoCommand {

  private static final String MANIFEST = "deploy/examples/orders/fairlead.yaml";

  private DemoCommand() {}

  public static Command command() {
    return Command.verb(
            "demo",
            "Start everything on this machine and show the main job on real traffic.",
            DemoCommand::run)
        .flag("--headless", "Stop everything at the end, whatever was observed.")
        .example("fairlead demo", "Tells the story and leaves the suite running.")
        .example(
            "fairlead demo --headless --json",
            "For scripts: one document of claims; 0 only if all were observed.");
  }

  private static Exit run(Arguments arguments, Session session) throws InterruptedException {
    LocalStack stack = LocalStack.ofDemo(session.surroundings());
    try (StackLock _ = StackLock.ofDemo(stack.home())) {
      Path manifest = manifest(session.surroundings());
      Preflight.requirePrograms();
      startAfresh(stack);
      boolean keep = !arguments.flag("--headless");
      try {
        Claims claims = new Claims(claim -> tell(session.output(), claim), System::nanoTime);
        play(stack, claims, manifest, session.output());
        summarise(session.output(), claims);
        return claims.allObserved() ? Exit.OK : Exit.FAILED;
      } finally {
        if (!keep) {
          stack.down(_ -> {});
        } else if (stack.isRunning()) {
          sayHowToGoOn(session.output(), stack);
        }
      }
    }
  }

  /** What an earlier demo left behind is ended and forgotten: each one starts from nothing. */
  private static void startAfresh(LocalStack stack) {
    stack.down(_ -> {});
    stack.home().forget();
  }

  private static void play(LocalStack stack, Claims claims, Path manifest, Output output)
      throws InterruptedException {
    boolean ready =
        claims.settle(
            Promise.SUITE_READY,
            () -> {
              int started = stack.up(text -> output.note("  " + output.faint(text))).size();
              return "%d processes are ready".formatted(started);
            });
    if (ready) {
      new Story(new Suite(stack), claims, manifest).tell();
    }
  }

  private static void tell(Output output, Claim claim) {
    output.note(
        "%s %s %s"
            .formatted(
                claim.observed() ? output.good("✓") : output.bad("✗"),
                claim.promise().words(),
                output.faint("(%.1f s)".formatted(claim.millis() / 1e3))));
    output.note("  " + output.faint(claim.evidence()));
  }

  private static void summarise(Output output, Claims claims) {
    List<Claim> all = claims.all();
    long observed = all.stream().filter(Claim::observed).count();
    if (output.json()) {
      output.document(document(all, observed));
      return;
    }
    output.line("");
    output.table(
        List.of("", "CLAIM", "SECONDS"),
        all.stream()
            .map(
                claim ->
                    List.of(
                        claim.observed() ? output.good("✓") : output.bad("✗"),
                        claim.promise().words(),
                        "%.1f".formatted(claim.millis() / 1e3)))
            .toList());
    output.line("%d of %d claims observed".formatted(observed, all.size()));
  }

  private static Json document(List<Claim> all, long observed) {
    return Json.object(
        "observed",
        observed,
        "claimed",
        (long) all.size(),
        "claims",
        Json.list(all.stream().map(DemoCommand::asJson).toList()));
  }

  private static Json asJson(Claim claim) {
    return Json.object(
        "id", claim.promise().id(),
        "claim", claim.promise().words(),
        "observed", claim.observed(),
        "evidence", claim.evidence(),
        "millis", claim.millis());
  }

  private static void sayHowToGoOn(Output output, LocalStack stack) {
    output.note("");
    output.note("everything still runs; look around with");
    output.note("  export FAIRLEAD_HOME=" + stack.home().folder());
    output.note("  fairlead status · fairlead deployments list · fairlead events tail");
    output.note("and end it with");
    output.note("  fairlead down");
  }

  private static Path manifest(Surroundings surroundings) {
    Path root = surroundings.variable("FAIRLEAD_ROOT").map(Path::of).orElse(surroundings.folder());
    Path manifest = root.resolve(MANIFEST);
    if (Files.notExists(manifest)) {
      throw new Failure(
          Exit.USAGE,
          "there is no " + manifest,
          "run the demo in a checkout of Fairlead: ./fairlead demo");
    }
    return manifest;
  }
}
