package dev.fairlead.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The {@code docker} command of this machine. */
final class Docker {

  private Docker() {}

  /** What it wrote, without the last line's end. */
  static String run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("%s%n%s".formatted(String.join(" ", command), text));
      }
      return text.strip();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command + " did not run", e);
    }
  }

  /**
   * Makes a network of the test's own: the engine's usual bridge may be switched off.
   *
   * @return where containers of every network reach this machine
   */
  static InetAddress gatewayOf(String network) {
    run("network", "create", network);
    String address = run("network", "inspect", network, "-f", "{{(index .IPAM.Config 0).Gateway}}");
    return InetAddress.ofLiteral(address);
  }

  static void forgetNetwork(String network) {
    run("network", "rm", network);
  }

  /** Removes what the deployer left of the application, once nobody cares for it any more. */
  static void forget(String application) {
    String label = "label=fairlead.application=" + application;
    removed("rm", "--force", ids("ps", "--all", "--filter", label));
    removed("volume", "rm", ids("volume", "ls", "--filter", label));
    removed("network", "rm", ids("network", "ls", "--filter", label));
    removed("image", "rm", references("*/" + application));
  }

  static void forgetImages(String pattern) {
    removed("image", "rm", references(pattern));
  }

  private static List<String> references(String pattern) {
    return lines(
        run("images", "--filter", "reference=" + pattern, "--format", "{{.Repository}}:{{.Tag}}"));
  }

  private static List<String> ids(String... listing) {
    List<String> command = new ArrayList<>(List.of(listing));
    command.add("--quiet");
    return lines(run(command.toArray(String[]::new)));
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).distinct().toList();
  }

  private static void removed(String command, String option, List<String> what) {
    if (!what.isEmpty()) {
      List<String> line = new ArrayList<>(List.of(command, option));
      line.addAll(what);
      run(line.toArray(String[]::new));
    }
  }
}
