package dev.fairlead.backup.removal;

import dev.fairlead.service.problem.Refusal;
import java.io.Serial;
import org.springframework.http.HttpStatus;

/** Somebody else takes something out of the stores, or may by now. */
public final class RemovalUnderWay extends Refusal {

  @Serial private static final long serialVersionUID = 1;

  /**
   * @param detail who takes out what
   */
  public RemovalUnderWay(String detail) {
    super(
        HttpStatus.CONFLICT,
        "removal-under-way",
        detail,
        "wait until it has ended, then try again; what was left is also done by the next round");
  }
}
