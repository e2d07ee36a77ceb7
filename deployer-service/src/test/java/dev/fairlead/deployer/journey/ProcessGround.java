package dev.fairlead.deployer.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.stack.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;

/** Plain processes, known by their environment. */
record ProcessGround(Path folder, Snares snares) implements KillGround {

  private static final Pattern INSTANCE = Pattern.compile("FAIRLEAD_INSTANCE=((k\\d+)-[^\0]+)\0");

  private static final String PROGRAM =
      """
      artifact: {archive: "app-{version}.zip"}
      command: [sh, -c, 'exec busybox httpd -f -p 127.0.0.1:$PORT -h .']
      """;

  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public void write(String version, Map<String, String> files) throws IOException {
    Files.writeString(folder.resolve("script.sh"), KillStory.SCRIPT);
    new VersionArchive(folder, version).of("good", files);
  }

  @Override
  public Path directory(String version) {
    return folder;
  }

  @Override
  public String program(String application) {
    return PROGRAM;
  }

  @Override
  public Trap trap(String application, KillPoint point) {
    return snares.at(application, point.step(), point.moment());
  }

  @Override
  public Map<String, Set<String>> rollCall() {
    Map<String, Set<String>> ids = new TreeMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              Matcher matcher = INSTANCE.matcher(environment(process));
              if (matcher.find()) {
                ids.computeIfAbsent(matcher.group(2), name -> new TreeSet<>())
                    .add(matcher.group(1));
              }
            });
    return ids;
  }

  /** Empty for processes that are not of this rig, or gone. */
  private String environment(ProcessHandle process) {
    Path self = Path.of("/proc", Long.toString(process.pid()));
    try {
      return Files.readSymbolicLink(self.resolve("cwd")).startsWith(folder.toRealPath())
          ? Files.readString(self.resolve("environ"), ISO_8859_1)
          : "";
    } catch (IOException gone) {
      return "";
    }
  }

  /** A process has nothing beside itself. */
  @Override
  public void requireClean(SoftAssertions all, KilledPlace place, Set<String> ids) {}

  @Override
  public void close() {
    List<ProcessHandle> instances =
        ProcessHandle.allProcesses()
            .filter(process -> INSTANCE.matcher(environment(process)).find())
            .toList();
    instances.forEach(ProcessHandle::destroyForcibly); // hundreds: not one after the other
    instances.forEach(instance -> Program.awaitEnd(instance, Duration.ofSeconds(10)));
  }
}
