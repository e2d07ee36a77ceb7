package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.manifest.Applications;
import dev.fairlead.deployer.manifest.AppliedManifest;
import dev.fairlead.deployer.plan.Plan;
import java.nio.file.Path;

/**
 * Where an application's own files are: its tests, hooks and, beside an image, migrations. What was
 * planned, and approved, there is done there, wherever the manifest is applied from by now.
 */
record ManifestFolders(Applications applications) {

  Path of(Plan plan) {
    String planned = plan.directory();
    return planned == null
        ? applications
            .find(plan.place().application())
            .map(AppliedManifest::directory)
            .orElseThrow()
        : Path.of(planned);
  }
}
