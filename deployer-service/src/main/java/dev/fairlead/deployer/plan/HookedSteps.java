package dev.fairlead.deployer.plan;

import dev.fairlead.deployer.manifest.Hook;
import dev.fairlead.deployer.manifest.Hook.When;
import dev.fairlead.events.DeploymentEvent.Phase;
import java.util.ArrayList;
import java.util.List;

/** The steps of a plan with the hooks around their phases. A phase without steps has no hooks. */
record HookedSteps(List<Hook> hooks) {

  /**
   * @param steps ordered by phase
   */
  List<Step> around(List<Step> steps) {
    List<Step> hooked = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Phase phase = steps.get(i).phase();
      if (i == 0 || steps.get(i - 1).phase() != phase) {
        hooked.addAll(of(phase, When.BEFORE));
      }
      hooked.add(steps.get(i));
      if (i == steps.size() - 1 || steps.get(i + 1).phase() != phase) {
        hooked.addAll(of(phase, When.AFTER));
      }
    }
    return List.copyOf(hooked);
  }

  private List<Step> of(Phase phase, When when) {
    return hooks.stream()
        .filter(hook -> hook.phase() == phase && hook.when() == when)
        .map(
            hook ->
                new Step(
                    phase,
                    "hook-" + hook.name(),
                    "run %s".formatted(String.join(" ", hook.command())),
                    new Work.RunHook(hook.name())))
        .toList();
  }
}
