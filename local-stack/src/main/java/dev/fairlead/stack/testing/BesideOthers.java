package dev.fairlead.stack.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A test that runs at the same time as others of its class: a journey mostly waits, and two can
 * wait at once.
 *
 * <p>Either all tests of a class are, or none: one that is not still runs beside those that are.
 * For a class of which all tests hold to this:
 *
 * <ul>
 *   <li>they share no more than a service on real neighbours and what was there before the first;
 *   <li>each has applications, databases and topics of its own, and asks for nothing else;
 *   <li>none ends, cuts off or rewrites what another uses, or sets what it reads: a property, a
 *       static field, a clock;
 *   <li>none counts processes, threads or files but its own, measures a rate, or proves that no
 *       request is lost under load.
 * </ul>
 *
 * <p>Classes are still run one after the other, so a report has the tests of one. Two tests at a
 * time, where the module's {@code junit-platform.properties} allow it; elsewhere without effect.
 */
@Documented
@Execution(ExecutionMode.CONCURRENT)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface BesideOthers {}
