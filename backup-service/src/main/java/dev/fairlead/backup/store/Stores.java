package dev.fairlead.backup.store;

import java.util.List;
import java.util.Optional;

/** All stores of this service, the nearest first. */
public record Stores(List<Store> all) {

  public Stores {
    all = List.copyOf(all);
  }

  public Optional<Store> named(String name) {
    return all.stream().filter(store -> store.name().equals(name)).findFirst();
  }
}
