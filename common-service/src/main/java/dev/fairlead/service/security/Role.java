package dev.fairlead.service.security;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a caller may do. In files and events: {@code viewer}, {@code on-call} and so on. */
public enum Role {
  /** Reads everything but secrets. Whoever has any role has this one. */
  VIEWER,
  /** Applies manifests, deploys and rolls back. */
  DEPLOYER,
  /** Approves and rejects what waits at a gate. */
  APPROVER,
  /** Acknowledges and silences alerts. */
  ON_CALL,
  /** All of the above, and the operation of the suite itself. */
  ADMIN;

  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Role> find(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }

  /** The roles and what they imply. */
  static Set<Role> withImplied(Set<Role> granted) {
    if (granted.contains(ADMIN)) {
      return EnumSet.allOf(Role.class);
    }
    Set<Role> all = EnumSet.of(VIEWER);
    all.addAll(granted);
    return all;
  }
}
