package dev.fairlead.service.outbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * @param batch events sent before they are waited for: more is faster, and repeats more after a
 *     kill -9
 */
@Validated
@ConfigurationProperties("fairlead.outbox")
record OutboxSettings(@Min(1) @Max(5_000) @DefaultValue("200") int batch) {}
