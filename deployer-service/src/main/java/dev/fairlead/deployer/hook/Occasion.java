package dev.fairlead.deployer.hook;

import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.events.DeploymentId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a hook is run for.
 *
 * @param folder of the manifest, in which it is run
 */
public record Occasion(DeploymentId deployment, Plan plan, boolean rollback, Path folder) {

  /** What a hook is told, besides its own variables; documented in docs/deploying.md. */
  Map<String, String> variables(Hook hook) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("FAIRLEAD_APPLICATION", plan.place().application().value());
    variables.put("FAIRLEAD_ENVIRONMENT", plan.place().environment().value());
    variables.put("FAIRLEAD_VERSION", plan.version().value());
    variables.put("FAIRLEAD_DIGEST", plan.digest().value());
    variables.put("FAIRLEAD_DEPLOYMENT", deployment.toString());
    variables.put("FAIRLEAD_PHASE", hook.phase().name().toLowerCase(Locale.ROOT));
    variables.put("FAIRLEAD_WHEN", hook.when().name().toLowerCase(Locale.ROOT));
    variables.put("FAIRLEAD_ROLLBACK", String.valueOf(rollback));
    if (plan.previous() != null) {
      variables.put("FAIRLEAD_PREVIOUS_VERSION", plan.previous().version().value());
    }
    if (plan.commit() != null) {
      variables.put("FAIRLEAD_COMMIT", plan.commit());
    }
    return variables;
  }
}
