package dev.fairlead.deployer.plan;

/**
 * A file of the manifest's folder that a command of the manifest runs.
 *
 * @param command {@code tests}, or {@code hook NAME}
 * @param path below the folder
 * @param sha256 of its content, in hexadecimal: with another one the command is not run
 */
public record PlannedFile(String command, String path, String sha256) {

  public static final String TESTS = "tests";

  public static String ofHook(String name) {
    return "hook " + name;
  }
}
