package dev.fairlead.deployer.fleet;

import dev.fairlead.deployer.manifest.RuntimeKind;
import dev.fairlead.deployer.runtime.Runtime;
import java.util.Map;
import java.util.Optional;

/** The runtimes that this deployer has. */
public record Runtimes(Map<RuntimeKind, Runtime> byKind) {

  public Runtime of(RuntimeKind kind) {
    return Optional.ofNullable(byKind.get(kind))
        .orElseThrow(
            () ->
                new NotServing(
                    "this deployer has no runtime %s".formatted(kind),
                    "choose another runtime in the manifest"));
  }
}
