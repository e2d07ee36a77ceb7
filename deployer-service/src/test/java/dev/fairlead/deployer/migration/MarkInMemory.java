package dev.fairlead.deployer.migration;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The mark of one deployment, which several deployers in turn may look at. */
final class MarkInMemory implements MigrationMark {

  private final AtomicReference<Optional<List<String>>> begunWith =
      new AtomicReference<>(Optional.empty());

  @Override
  public Optional<List<String>> begunWith() {
    return begunWith.get();
  }

  @Override
  public void begin(List<String> pending) {
    begunWith.updateAndGet(before -> before.or(() -> Optional.of(pending)));
  }
}
