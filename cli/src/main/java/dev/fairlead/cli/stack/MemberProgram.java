package dev.fairlead.cli.stack;

import dev.fairlead.stack.EmbeddedNeighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a member's JVM runs, and how much of the machine it may take.
 *
 * @param jars the modules whose jars its class path names; each brings its libraries with it
 * @param options of the JVM beside those that all have; they win
 */
record MemberProgram(List<String> jars, String mainClass, List<String> options) {

  /** Small and quick to start; field figures: a third of the CPU time, 30 % less memory. */
  static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss512k",
          // A service that waits for facts has little that is young; the rest of the heap is old.
          "-Xmn12m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:TrimNativeHeapInterval=10000",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Both compilers: worth the longer warm-up where every request or every byte passes. Half the
   * processor time of a request; a third of that of a backup, whose ciphers only the second one
   * compiles to the processor's own instructions.
   */
  private static final String FULL_SPEED = "-XX:TieredStopAtLevel=4";

  private static final String SMALL_HEAP = "-Xmx104m";

  /**
   * A backup holds two parts of 16 MB of what it sends, and little else is young. It is busy with a
   * few small methods. So only what is called four times as often as usual is compiled, and what
   * one compilation may take is 2 MB: 60 MB less at the highest, for no processor time that was
   * seen.
   */
  private static final String[] BACKUP_OPTIONS = {
    "-Xmx136m",
    "-Xmn8m",
    FULL_SPEED,
    "-XX:CompileThresholdScaling=4",
    "-XX:CompileCommand=quiet",
    "-XX:CompileCommand=MemLimit,*.*,2M~stop"
  };

  /**
   * @throws IllegalArgumentException for the two stores, which are started in their own ways
   */
  static MemberProgram of(Member member) {
    return switch (member) {
      case NEIGHBOURS ->
          program(
              List.of("local-stack"),
              EmbeddedNeighbours.class.getName(),
              "-Xmx96m",
              // Without it they tell every byte: megabytes of log in a minute.
              "-Dlogback.configurationFile=fairlead-stack-logback.xml",
              "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener");
      case EDGE ->
          program(List.of("edge-proxy"), "dev.fairlead.edge.EdgeProxy", "-Xmx128m", FULL_SPEED);
      case DEPLOYER -> service(member, "dev.fairlead.deployer.DeployerService", SMALL_HEAP);
      case BACKUP -> service(member, "dev.fairlead.backup.BackupService", BACKUP_OPTIONS);
      case HEALTH -> service(member, "dev.fairlead.health.HealthService", SMALL_HEAP);
      case ALERT -> service(member, "dev.fairlead.alert.AlertService", SMALL_HEAP);
      case ADR -> service(member, "dev.fairlead.adr.AdrService", SMALL_HEAP);
      case CONSOLE -> service(member, "dev.fairlead.console.ConsoleService", SMALL_HEAP);
      case POSTGRES, KAFKA -> throw new IllegalArgumentException(member + " has its own start");
    };
  }

  /** All services' class paths begin alike, so that they share one class archive. */
  private static MemberProgram service(Member member, String mainClass, String... options) {
    return program(List.of("common-service", member.text() + "-service"), mainClass, options);
  }

  private static MemberProgram program(List<String> jars, String mainClass, String... options) {
    return new MemberProgram(jars, mainClass, Arrays.asList(options));
  }

  /**
   * The command line.
   *
   * @param classes the flags of the class archive
   */
  List<String> command(String java, Installation installation, List<String> classes) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(JVM);
    command.addAll(options);
    command.addAll(classes);
    command.addAll(List.of("-cp", installation.classPath(jars), mainClass));
    return command;
  }
}
