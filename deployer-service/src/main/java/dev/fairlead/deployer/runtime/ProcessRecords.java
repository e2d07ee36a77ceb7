package dev.fairlead.deployer.runtime;

import dev.fairlead.deployer.disk.Durable;
import dev.fairlead.deployer.disk.Reserve;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A folder per instance: its record and its log. */
final class ProcessRecords {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Reserve reserve;

  /**
   * @param reserve for what is started again or stopped on a full disk
   */
  ProcessRecords(Path folder, Reserve reserve) {
    this.folder = folder;
    this.reserve = reserve;
  }

  Optional<ProcessRecord> find(InstanceId id) {
    Path file = recordOf(id);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), ProcessRecord.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw failure("read", file, e);
    }
  }

  List<ProcessRecord> all() {
    List<ProcessRecord> records = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> instances = Files.newDirectoryStream(folder, "[a-z0-9]*")) {
        for (Path instance : instances) {
          find(new InstanceId(instance.getFileName().toString())).ifPresent(records::add);
        }
      }
    } catch (IOException e) {
      throw failure("list", folder, e);
    }
    return records;
  }

  void save(ProcessRecord instance) {
    Path file = recordOf(instance.id());
    try {
      Files.createDirectories(folder.resolve(instance.id().value()));
      reserve.write(file, JSON.writeValueAsBytes(instance));
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /** The record goes first, so that a crash in between leaves no record of half an instance. */
  void forget(InstanceId id) {
    Path instance = folder.resolve(id.value());
    try {
      Files.deleteIfExists(recordOf(id));
      Durable.deleteTree(instance);
    } catch (IOException e) {
      throw failure("delete", instance, e);
    }
  }

  OutputLog logOf(InstanceId id) {
    return new OutputLog(folder.resolve(id.value()).resolve("output.log"));
  }

  private Path recordOf(InstanceId id) {
    return folder.resolve(id.value()).resolve("instance.json");
  }

  private static RuntimeFailure failure(String verb, Path path, Exception cause) {
    return new RuntimeFailure(
        "cannot %s %s: %s; free space or correct the rights"
            .formatted(verb, path, cause.getMessage()),
        cause);
  }
}
