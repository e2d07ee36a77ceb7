package dev.fairlead.deployer.router.haproxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands that lead a worker from what it does to what is wanted. Pure. The order keeps every
 * moment right: what is new can serve before the map names it, what is old drains after.
 */
final class Changes {

  private final Statistics seen;
  private final RoutesMap mapSeen;
  private final Wanted wanted;
  private final String mapFile;
  private final List<String> commands = new ArrayList<>();

  private Changes(Statistics seen, RoutesMap mapSeen, Wanted wanted, String mapFile) {
    this.seen = seen;
    this.mapSeen = mapSeen;
    this.wanted = wanted;
    this.mapFile = mapFile;
  }

  static List<String> of(Statistics seen, RoutesMap mapSeen, Wanted wanted, String mapFile) {
    Changes changes = new Changes(seen, mapSeen, wanted, mapFile);
    changes.prepareServers();
    changes.moveTraffic();
    changes.drainServers();
    return List.copyOf(changes.commands);
  }

  private void prepareServers() {
    Map<String, Server> known = new LinkedHashMap<>();
    seen.servers().forEach(server -> known.put(server.path(), server));
    for (Wanted.Line line : wanted.servers().values()) {
      Server server = known.get(line.path());
      if (server == null) {
        // what an instance of that name did here before is not counted to this one
        add("clear table %s key %s", line.slot(), line.name());
        add("add server %s %s weight %d", line.path(), line.address(), line.weight());
        add("enable server %s", line.path());
      } else {
        correct(server, line);
      }
    }
  }

  private void correct(Server server, Wanted.Line line) {
    if (!server.address().equals(line.address())) {
      int colon = line.address().lastIndexOf(':');
      add(
          "set server %s addr %s port %s",
          line.path(), line.address().substring(0, colon), line.address().substring(colon + 1));
    }
    if (server.weight() != line.weight()) {
      add("set weight %s %d", line.path(), line.weight());
    }
    if (server.status() != Server.Status.READY) {
      add("set server %s state ready", line.path());
    }
  }

  private void moveTraffic() {
    wanted.map().entries().forEach(this::moveTraffic);
    for (String key : mapSeen.entries().keySet()) {
      if (!wanted.map().entries().containsKey(key)) {
        add("del map %s %s", mapFile, key);
      }
    }
  }

  private void moveTraffic(String key, String value) {
    String before = mapSeen.entries().get(key);
    if (before == null) {
      add("add map %s %s %s", mapFile, key, value);
    } else if (!before.equals(value)) {
      add("set map %s %s %s", mapFile, key, value);
    }
  }

  /** One that drained before this change has no request that was just about to reach it. */
  private void drainServers() {
    for (Server server : seen.servers()) {
      if (wanted.servers().containsKey(server.path())) {
        continue;
      }
      if (server.status() == Server.Status.READY) {
        add("set server %s state drain", server.path());
      } else if (server.idle()) {
        add("set server %s state maint", server.path());
        add("del server %s", server.path());
      }
    }
  }

  private void add(String command, Object... arguments) {
    commands.add(command.formatted(arguments));
  }
}
