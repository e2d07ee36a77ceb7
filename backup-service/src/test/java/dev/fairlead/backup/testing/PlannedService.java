package dev.fairlead.backup.testing;

import dev.fairlead.backup.store.DiskStore;
import dev.fairlead.backup.store.Stores;
import dev.fairlead.events.DatabaseId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The service, with neighbours and one store that does for single backups what a test plans. Parts
 * are small, so that much happens between the beginning and the end of a dump.
 */
public record PlannedService(
    PlannedStore store, Neighbourhood neighbours, RunningService service, Path folder)
    implements AutoCloseable {

  public static PlannedService start(Path folder, Clock clock, String... more) {
    List<String> arguments = new ArrayList<>(RunningService.arguments(folder));
    arguments.addAll(
        List.of(
            "--fairlead.backup.part-size=64KB",
            "--fairlead.backup.compression-threads=0",
            "--fairlead.backup.drill.policy=never"));
    arguments.addAll(List.of(more));
    PlannedStore store = new PlannedStore(new DiskStore("disk", folder.resolve("store")));
    return new PlannedService(
        store,
        new Neighbourhood(),
        RunningService.start(arguments, clock, _ -> new Stores(List.of(store))),
        folder);
  }

  public DatabaseId know(SourceDatabase source) {
    return service.know(source, neighbours, folder);
  }

  @Override
  public void close() {
    service.close();
    neighbours.close();
  }
}
