package dev.fairlead.deployer.runtime;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.CpuStatsConfig;
import com.github.dockerjava.api.model.CpuUsageConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StatsConfig;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last of the statistics that the engine sends of a container. */
final class LatestStatistics extends ResultCallback.Adapter<Statistics> {

  private volatile @Nullable Statistics latest;

  @Override
  public void onNext(Statistics statistics) {
    latest = statistics;
  }

  /** Memory as {@code docker stats} shows it: without what only caches files. */
  Optional<Usage> usage() {
    Statistics statistics = latest;
    if (statistics == null || statistics.getMemoryStats() == null) {
      return Optional.empty();
    }
    MemoryStatsConfig memory = statistics.getMemoryStats();
    Long used = memory.getUsage();
    return used == null
        ? Optional.empty()
        : Optional.of(new Usage(used - cached(memory), processorTime(statistics.getCpuStats())));
  }

  private static long cached(MemoryStatsConfig memory) {
    StatsConfig details = memory.getStats();
    Long cached = details == null ? null : details.getInactiveFile();
    return cached == null ? 0 : cached;
  }

  private static Duration processorTime(@Nullable CpuStatsConfig processors) {
    CpuUsageConfig usage = processors == null ? null : processors.getCpuUsage();
    Long nanos = usage == null ? null : usage.getTotalUsage();
    return nanos == null ? Duration.ZERO : Duration.ofNanos(nanos);
  }
}
