package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.service.problem.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;

/**
 * What somebody asks for something by. It is used as it comes, so it cannot be cleaned as other
 * texts are: what would have to be is refused.
 *
 * @param named what each refers to, and how
 */
record References(Map<String, String> named) {

  /** None of a rollback or a promotion: those name what was deployed before. */
  static References of(Request request) {
    Map<String, String> named = new LinkedHashMap<>();
    if (!request.isRollback() && request.promotedFrom() == null) {
      if (request.artifact() != null) {
        named.put("artifact", request.artifact());
      }
      if (request.commit() != null) {
        named.put("commit", request.commit());
      }
    }
    return new References(named);
  }

  /**
   * @throws Refusal that names each with characters that a terminal obeys or a database refuses
   */
  void requirePrintable() {
    String wrong =
        named.entrySet().stream()
            .filter(one -> !Wording.isPrintable(one.getValue()))
            .map(one -> "%s %s".formatted(one.getKey(), Wording.clean(one.getValue())))
            .collect(Collectors.joining(", "));
    if (!wrong.isEmpty()) {
      throw new Refusal(
          HttpStatus.BAD_REQUEST,
          "unprintable-reference",
          "control characters, or such as turn text around, are in: " + wrong,
          "send it as the registry or the repository shows it");
    }
  }
}
