package dev.fairlead.health.probe;

import dev.fairlead.events.ApplicationEvent.HealthTarget;

/**
 * One way to ask a target whether it is up. It may block; whoever calls it does so on a virtual
 * thread and interrupts it at the deadline.
 */
sealed interface Probe permits HttpProbe, TcpProbe, PostgreSqlProbe {

  Finding ask(HealthTarget target) throws InterruptedException;
}
