package dev.fairlead.service.audit;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * The request that this thread answers, from its start until it is audited. What changes something
 * is audited in the first transaction that it commits: a kill cannot come between the two.
 */
final class OpenAudit implements TransactionExecutionListener {

  private final ThreadLocal<@Nullable BooleanSupplier> unrecorded = new ThreadLocal<>();

  /**
   * @param record appends to the transaction that is about to be committed; false when it did not
   */
  void open(BooleanSupplier record) {
    unrecorded.set(record);
  }

  /** Whether a committed transaction has the record already. */
  boolean close() {
    boolean recorded = unrecorded.get() == null;
    unrecorded.remove();
    return recorded;
  }

  @Override
  public void beforeCommit(TransactionExecution transaction) {
    BooleanSupplier record = unrecorded.get();
    if (record != null && !transaction.isReadOnly()) {
      unrecorded.remove(); // first: the record joins the transaction, and must not ask for itself
      if (!record.getAsBoolean()) {
        unrecorded.set(record);
      }
    }
  }
}
