package dev.fairlead.stack;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * The broker's process: formats the storage on first start and serves, in one JVM, which saves the
 * second that a format step of its own would take. Writes the file {@code ready} once it serves.
 */
final class KafkaBrokerMain {

  private KafkaBrokerMain() {}

  public static void main(String[] arguments) throws IOException {
    Path settings = Path.of(arguments[0]);
    Path ready = Path.of(arguments[1]);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(settings)) {
      properties.load(reader);
    }
    formatOnce(settings, Path.of(properties.getProperty("log.dirs")));
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop broker"));
    try {
      server.startup();
    } catch (RuntimeException e) {
      // Threads that did start would keep a broker alive that serves nobody.
      System.err.println("the broker cannot start: " + e.getMessage());
      Runtime.getRuntime().halt(1);
    }
    Files.writeString(ready, Long.toString(ProcessHandle.current().pid()));
    server.awaitShutdown();
  }

  private static void formatOnce(Path settings, Path logFolder) {
    if (Files.exists(logFolder.resolve("meta.properties"))) {
      return;
    }
    String[] format = {
      "format", "--ignore-formatted", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()
    };
    int outcome = StorageTool.execute(format, System.out);
    if (outcome != 0) {
      System.err.println("formatting of " + logFolder + " failed with " + outcome);
      System.exit(outcome);
    }
  }
}
