package dev.fairlead.edge.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One request, as it ended.
 *
 * @param time of its end, ISO 8601 in UTC
 * @param path without the query unless the settings want it
 * @param status 499 where the client left before the answer
 * @param bytes of the answer, with its head
 * @param route null where none took it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessEntry(
    String time,
    String client,
    String method,
    @Nullable String host,
    String path,
    String protocol,
    int status,
    double millis,
    long bytes,
    @Nullable String route,
    @Nullable String instance,
    @Nullable String release,
    @Nullable String agent) {}
