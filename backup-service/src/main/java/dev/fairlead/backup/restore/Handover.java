package dev.fairlead.backup.restore;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The end of a restore: what can be set only now, and then the name. */
final class Handover {

  private final RestoreOrder order;
  private final DatabaseAccess maintenance;
  private final String temporary;
  private final List<String> notSet;

  /**
   * @param temporary the database that gets the name
   * @param notSet settings that its server has refused so far, and why
   */
  Handover(RestoreOrder order, DatabaseAccess maintenance, String temporary, List<String> notSet) {
    this.order = order;
    this.maintenance = maintenance;
    this.temporary = temporary;
    this.notSet = new ArrayList<>(notSet);
  }

  /**
   * What cannot be set is no reason to be without what was loaded and compared.
   *
   * @param replaced whether there is a database with the name
   * @param first what else becomes true in the same moment
   * @throws BackupFailure when sessions do not leave; then the names are as they were
   */
  void run(Connection connection, boolean replaced, List<String> first) throws SQLException {
    LastProperties last = new LastProperties(temporary, order.manifest().source().properties());
    notSet.addAll(last.setForRoles(connection));
    new DatabaseSwap(maintenance)
        .swap(
            connection,
            new DatabaseSwap.Names(
                temporary,
                order.target(),
                replaced,
                order.keptAs(),
                Stream.concat(first.stream(), last.limiting().stream()).toList(),
                last.comment().orElse(null)))
        .map("the comment of the database: the server refuses it (SQLSTATE %s)"::formatted)
        .ifPresent(notSet::add);
  }

  /** Also of one whose end was lost. */
  List<String> notSet() {
    return List.copyOf(notSet);
  }
}
