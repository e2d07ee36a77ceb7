package dev.fairlead.deployer.hook;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.Latest;
import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.trial.Command;
import dev.fairlead.events.SecretReference;
import dev.fairlead.service.secret.Redaction;
import dev.fairlead.service.secret.SecretNotFound;
import dev.fairlead.service.secret.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs hooks and keeps what they wrote, without secrets. One whose deployer dies meanwhile is run
 * again: hooks have to bear that.
 */
public final class Hooks {

  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  /** Deployments of which the output is kept. */
  private static final int MOST = 500;

  private final Path folder;
  private final Secrets secrets;

  /**
   * @param folder where output is kept, below the deployment's id; that of the latest deployments
   */
  public Hooks(Path folder, Secrets secrets) {
    this.folder = folder;
    this.secrets = secrets;
  }

  /**
   * @param late whether it was killed because it took too long
   * @param detail a sentence with the last lines of its output
   */
  public record Outcome(boolean passed, boolean late, String detail) {}

  /**
   * @throws SecretNotFound for a variable of its own
   */
  public Outcome run(Hook hook, Occasion occasion) throws InterruptedException {
    Map<String, String> variables = new LinkedHashMap<>(occasion.variables(hook));
    hook.variables().forEach((name, value) -> variables.put(name, resolved(value)));
    Command.Ended ended =
        new Command(
                occasion.deployment(),
                hook.name(),
                hook.command(),
                occasion.folder(),
                variables,
                hook.timeout())
            .run();
    keep(hook, occasion, Redaction.redact(ended.output()));
    String lines = Redaction.redact(ended.lastLines());
    return new Outcome(
        ended.passed(),
        ended.late(),
        "hook %s %s%s"
            .formatted(
                hook.name(),
                ended.passed() ? "passed" : "failed (%s)".formatted(ended.fault()),
                lines.isEmpty() ? "" : ": " + lines));
  }

  private String resolved(String value) {
    return value.startsWith("secret:")
        ? secrets.resolve(new SecretReference(value)).reveal()
        : value;
  }

  /** That a disk is full is no reason to undo a release. */
  private void keep(Hook hook, Occasion occasion, String output) {
    Path file =
        folder.resolve(occasion.deployment().toString()).resolve("%s.log".formatted(hook.name()));
    try {
      boolean first = Files.notExists(file.getParent());
      Files.createDirectories(file.getParent());
      if (first) {
        Latest.keep(folder, MOST);
      }
      Durable.write(file, output.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      log.warn("hook={} output=lost file={} reason=\"{}\"", hook.name(), file, e.getMessage());
    }
  }
}
