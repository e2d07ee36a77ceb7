package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.service.secret.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Looks for lines that speak of a fault in what the instances of a release have written. Pure. */
public final class LogVerification {

  /** So much of a line is quoted as evidence. */
  private static final int LONGEST_QUOTE = 200;

  private LogVerification() {}

  /**
   * @param logs of each instance, by its name; oldest line first
   */
  public static Verdict verify(LogScan scan, Map<String, List<String>> logs) {
    if (logs.isEmpty()) {
      return new Verdict.Inconclusive("logs: there is no instance whose log could be read");
    }
    Pattern pattern = Pattern.compile(scan.pattern());
    List<String> faults = new ArrayList<>();
    long lines = 0;
    for (Map.Entry<String, List<String>> log : logs.entrySet()) {
      List<String> found =
          log.getValue().stream().filter(line -> pattern.matcher(line).find()).toList();
      lines += log.getValue().size();
      if (found.size() > scan.atMost()) {
        faults.add(
            "%d line(s) of %s match, the first: %s"
                .formatted(found.size(), log.getKey(), quoted(found.getFirst())));
      }
    }
    return faults.isEmpty()
        ? new Verdict.Passed("logs: %d line(s) read, none too many match".formatted(lines))
        : new Verdict.Failed("logs: " + String.join("; ", faults));
  }

  private static String quoted(String line) {
    String shown = Redaction.redact(line);
    return shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "…" : shown;
  }
}
