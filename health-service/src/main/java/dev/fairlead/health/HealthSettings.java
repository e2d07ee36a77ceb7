package dev.fairlead.health;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code fairlead.health.*}.
 *
 * @param targetsFile YAML with more targets than those of the applied manifests; read again when it
 *     changes
 * @param mostInFlight probes under way at once; each holds a socket
 * @param anchors {@code host:port} outside this machine that always answer, such as the gateway;
 *     when none does, the prober's own network is at fault
 * @param keepDays how long the samples of a minute are kept
 */
@Validated
@ConfigurationProperties("fairlead.health")
public record HealthSettings(
    @Nullable Path targetsFile,
    @DefaultValue("2000") @Min(1) @Max(50_000) int mostInFlight,
    @DefaultValue
        List<@Pattern(regexp = "[^\\s:]+:[0-9]{1,5}", message = "expected host:port") String>
            anchors,
    @DefaultValue @Valid Flapping flapping,
    @DefaultValue("30") @Min(1) @Max(3_650) int keepDays) {

  /** A target that degrades {@code degradations} times {@code within} this time is flapping. */
  public record Flapping(
      @DefaultValue("3") @Min(2) @Max(100) int degradations,
      @DefaultValue("30m") @NotNull Duration within) {}
}
