package dev.fairlead.deployer.verification;

import dev.fairlead.deployer.manifest.Verification.LogScan;
import dev.fairlead.service.secret.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Looks for lines that speak of a fault in what the instances of a release have written. Pure. */
public final class LogVerification {

  /** So much of a line is quoted as evidence. */
  private static final int LONGEST_QUOTE = 200;

  private LogVerification() {}

  /**
   * @param logs of each instance, by its name; oldest line first, none if it wrote nothing
   * @param unread why the others' could not be read, by their names
   */
  public static Verdict verify(
      LogScan scan, Map<String, List<String>> logs, Map<String, String> unread) {
    if (logs.isEmpty() && unread.isEmpty()) {
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
    if (!faults.isEmpty()) {
      return new Verdict.Failed("logs: " + String.join("; ", faults));
    }
    return unread.isEmpty()
        ? new Verdict.Passed("logs: %d line(s) read, none too many match".formatted(lines))
        : new Verdict.Inconclusive("logs: " + described(unread));
  }

  private static String described(Map<String, String> unread) {
    return unread.entrySet().stream()
        .map(one -> "what %s wrote was not read: %s".formatted(one.getKey(), one.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String quoted(String line) {
    String shown = Redaction.redact(line);
    return shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "…" : shown;
  }
}
