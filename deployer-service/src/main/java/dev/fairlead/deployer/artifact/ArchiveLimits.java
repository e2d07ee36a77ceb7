package dev.fairlead.deployer.artifact;

/**
 * What an archive may grow to, so that a malformed one cannot fill the disk.
 *
 * @param bytes of all files together, unpacked
 * @param files and folders together
 */
public record ArchiveLimits(long bytes, int files) {

  public static final ArchiveLimits DEFAULT = new ArchiveLimits(4L << 30, 100_000);
}
