package dev.fairlead.stack.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A class of tests that runs at the same time as the module's other classes, which run one after
 * the other; so do those in the second lane, and the tests of each.
 *
 * <p>Only for a class that takes long, mostly waits, and shares nothing but the machine: broker,
 * database and every service are its own. Whoever starts a service on the broker that the other
 * tests share would take its consumer group's facts from them. A database server that only this
 * lane uses is {@link Shared#secondPostgres}.
 *
 * <p>What measures a rate, or proves that no request is lost under load, keeps out of its way with
 * {@code @ResourceLock(InSecondLane.LANE)}, and comes last, so that it need not wait.
 */
@Documented
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(InSecondLane.LANE)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface InSecondLane {

  /** Held while a class of the second lane runs. */
  String LANE = "second lane";
}
