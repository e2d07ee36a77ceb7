package dev.fairlead.service.bus;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a failure of the infrastructure, which passes, from a failure of the event. */
final class Outage {

  /**
   * Classes and codes of PostgreSQL (appendix A of its manual) that say nothing about the
   * statement: connection lost, out of resources, the disk's or the system's failure, shut down or
   * starting, serialization failure, deadlock, read-only because of a failover.
   */
  private static final List<String> SQL_STATES =
      List.of("08", "53", "58", "57P01", "57P02", "57P03", "57P05", "40001", "40P01", "25006");

  private Outage() {}

  static boolean caused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOutage(cause)) {
        return true;
      }
    }
    return false;
  }

  static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  private static boolean isOutage(Throwable cause) {
    return switch (cause) {
      case CannotCreateTransactionException ignored -> true;
      case DataAccessResourceFailureException ignored -> true;
      case PessimisticLockingFailureException ignored -> true;
      case SQLTransientConnectionException ignored -> true;
      case RetriableException ignored -> true;
      case SQLException sql -> hasOutageState(sql.getSQLState());
      default -> false;
    };
  }

  private static boolean hasOutageState(@Nullable String state) {
    return state != null && SQL_STATES.stream().anyMatch(state::startsWith);
  }
}
