package dev.fairlead.deployer.manifest;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest may name of the deployer's host. There are passwords in the deployer's
 * environment, and tokens in its files, that are none of the application's business; whoever may
 * deploy could read them out as a variable of an application.
 *
 * @param environment of the deployer
 * @param variables names, or their begin and {@code *}
 * @param folders where secrets may lie, with what is below; empty: anywhere
 * @param closed files and folders that hold Fairlead's own secrets
 */
public record HostValues(
    Map<String, String> environment,
    List<String> variables,
    List<Path> folders,
    List<Path> closed) {

  private static final String VARIABLES = "fairlead.deployer.manifests.variables";
  private static final String FOLDERS = "fairlead.deployer.manifests.secret-folders";

  private static final String VARIABLE_REFERENCE = "secret:env:";
  private static final String FILE_REFERENCE = "secret:file:";

  /** The environments of all processes are in it, that of the deployer as well. */
  private static final Path PROCESSES = Path.of("/proc");

  public HostValues {
    environment = Map.copyOf(environment);
    variables = List.copyOf(variables);
    folders = List.copyOf(folders);
    closed = List.copyOf(closed);
  }

  boolean allows(String variable) {
    return variables.stream().anyMatch(pattern -> matches(pattern, variable));
  }

  private static boolean matches(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  static String withheld(String variable) {
    return "%s is a variable that manifests do not get; name another one, or allow it with %s"
        .formatted(variable, VARIABLES);
  }

  /** Why a text of a manifest must not be resolved; empty for one that is no reference. */
  Optional<String> objection(String text) {
    if (text.startsWith(VARIABLE_REFERENCE)) {
      return Optional.of(text.substring(VARIABLE_REFERENCE.length()))
          .filter(name -> !allows(name))
          .map(HostValues::withheld);
    }
    return text.startsWith(FILE_REFERENCE)
        ? objectionToFile(text.substring(FILE_REFERENCE.length()))
        : Optional.empty();
  }

  private Optional<String> objectionToFile(String text) {
    try {
      Path written = Path.of(text).toAbsolutePath();
      Path real = real(written);
      Path normal = written.normalize();
      if (isWithin(closed, real) || normal.startsWith(PROCESSES) || real.startsWith(PROCESSES)) {
        return Optional.of(
            "%s is one of Fairlead's own files, or of the system; put the application's secrets into a file of their own"
                .formatted(text));
      }
      return folders.isEmpty() || isWithin(folders, real)
          ? Optional.empty()
          : Optional.of(
              "%s is in no folder for secrets; move it into one of %s, or add its folder to %s"
                  .formatted(text, folders, FOLDERS));
    } catch (InvalidPathException e) {
      return Optional.of("there can be no file of such a name");
    }
  }

  private static boolean isWithin(List<Path> places, Path file) {
    return places.stream().anyMatch(place -> file.startsWith(real(place.toAbsolutePath())));
  }

  /** Where symbolic links lead; of what is not there yet, as far as its folders are. */
  private static Path real(Path absolute) {
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      return parent == null || name == null ? absolute : real(parent).resolve(name).normalize();
    }
  }
}
