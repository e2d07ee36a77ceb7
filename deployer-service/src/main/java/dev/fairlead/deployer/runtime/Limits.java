package dev.fairlead.deployer.runtime;

/**
 * How much one instance may use. The Docker runtime enforces it; plain processes are not limited.
 *
 * @param memoryBytes at least 6 MiB, the least an engine accepts; swap is not granted on top
 * @param cpus in cores, such as 0.5
 * @param processes threads and processes together
 * @param tmpBytes of {@code /tmp}, which lies in memory and counts as such; at least 1
 */
public record Limits(long memoryBytes, double cpus, int processes, long tmpBytes) {

  public static final Limits DEFAULT = new Limits(512L << 20, 1.0, 512, 64L << 20);

  private static final long LEAST_MEMORY = 6L << 20;

  public Limits {
    if (memoryBytes < LEAST_MEMORY || cpus <= 0 || processes < 1 || tmpBytes < 1) {
      throw new IllegalArgumentException(
          "limits of %d bytes, %s cpus, %d processes, %d bytes in /tmp are not valid; expected at least 6 MiB, more than 0, at least 1 and at least 1"
              .formatted(memoryBytes, cpus, processes, tmpBytes));
    }
  }
}
