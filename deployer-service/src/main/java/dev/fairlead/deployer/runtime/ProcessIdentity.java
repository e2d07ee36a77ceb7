package dev.fairlead.deployer.runtime;

/**
 * Names one process for ever. A process id alone is reused; together with the boot and the moment
 * of its start it is not.
 *
 * @param boot the kernel's random id of this boot
 * @param startTicks clock ticks from boot to the start of the process
 */
record ProcessIdentity(long pid, String boot, long startTicks) {}
