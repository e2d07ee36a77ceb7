package dev.fairlead.edge.access;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the access log goes.
 *
 * @param file rotated by size; standard output where empty
 * @param mostBytes of a file; it becomes {@code .1}, the one before {@code .2}, up to {@code .5}
 * @param queries whether query strings are written; they often hold what nobody should read
 */
public record AccessLogSettings(Optional<Path> file, long mostBytes, boolean queries) {}
