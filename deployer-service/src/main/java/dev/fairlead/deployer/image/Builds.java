package dev.fairlead.deployer.image;

import dev.fairlead.deployer.artifact.Artifact;
import dev.fairlead.deployer.artifact.ArtifactUnusable;
import dev.fairlead.deployer.runtime.Engine;
import dev.fairlead.deployer.runtime.HostName;
import dev.fairlead.events.ArtifactDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Where images are built: on the first host of an environment, once for each content. */
public final class Builds {

  private final ImageStock stock;
  private final BuildContexts contexts;
  private final BuildLogs logs;
  private final Clock clock;

  public Builds(ImageStock stock, BuildContexts contexts, BuildLogs logs, Clock clock) {
    this.stock = stock;
    this.contexts = contexts;
    this.logs = logs;
    this.clock = clock;
  }

  public BuildContexts contexts() {
    return contexts;
  }

  /**
   * The image of the order, built unless it is there already, with its tags.
   *
   * @throws ArtifactUnusable if it cannot be built
   */
  public ArtifactDigest build(List<HostName> hosts, BuildOrder order) throws InterruptedException {
    Engine engine = stock.engine(hosts.getFirst(), order.application().value());
    ArtifactDigest image = find(hosts, order).orElse(null);
    if (image == null) {
      image = build(engine, order);
    }
    KeptImages kept = new KeptImages(engine);
    kept.keep(image, order.application());
    kept.keep(image, order.application(), order.tag());
    return image;
  }

  /** The image of an order that was carried out before. */
  public Optional<ArtifactDigest> find(List<HostName> hosts, BuildOrder order) {
    return new ImageBuild(stock.engine(hosts.getFirst(), order.application().value())).find(order);
  }

  private ArtifactDigest build(Engine engine, BuildOrder order) throws InterruptedException {
    Artifact.Context context = contexts.require(order.context());
    try (BoundedLog log = logs.append(order.deployment())) {
      return new ImageBuild(engine).build(order, context, clock.instant(), log::write);
    }
  }
}
