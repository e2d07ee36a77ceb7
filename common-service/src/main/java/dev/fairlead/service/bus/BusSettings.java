package dev.fairlead.service.bus;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How facts travel.
 *
 * @param partitions of a topic that does not exist yet
 * @param replicas of a topic that does not exist yet; 1 for a single broker, 3 for a cluster
 * @param rememberFor how long a handled fact is known as a repetition; longer than Kafka's
 *     retention of the topics, or a replay would have effects again
 */
@Validated
@ConfigurationProperties("fairlead.bus")
record BusSettings(
    @Min(1) @Max(1000) @DefaultValue("3") int partitions,
    @Min(1) @Max(9) @DefaultValue("1") short replicas,
    @DefaultValue("30d") Duration rememberFor) {}
