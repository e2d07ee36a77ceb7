package dev.fairlead.console;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What an operator chooses for the console.
 *
 * @param keep how long events stay in the journal; Kafka's own retention is a separate matter
 * @param heartbeat how often an idle stream sends a comment, so that proxies keep it open
 */
@Validated
@ConfigurationProperties("fairlead.console")
public record ConsoleSettings(
    @DefaultValue("30d") @NotNull @DurationMin(hours = 1) Duration keep,
    @DefaultValue("15s") @NotNull @DurationMin(seconds = 1) Duration heartbeat) {}
