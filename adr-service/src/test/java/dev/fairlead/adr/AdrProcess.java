package dev.fairlead.adr;

import dev.fairlead.stack.testing.ServiceProcess;
import dev.fairlead.stack.testing.ServiceProcess.Answer;
import dev.fairlead.stack.testing.Shared;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The service with its repository, and the people who decide. */
final class AdrProcess implements AutoCloseable {

  private final Path repository;
  private final ServiceProcess process;

  AdrProcess(Path folder) throws Exception {
    repository = folder.resolve("repository");
    process =
        ServiceProcess.start(
            AdrService.class,
            folder,
            Shared.freshDatabase("adr"),
            Map.of("vera", "viewer", "dana", "deployer", "alice", "approver"),
            Map.of("FAIRLEAD_ADR_REPOSITORY", repository.toString()));
  }

  Path repository() {
    return repository;
  }

  Connection connection() throws SQLException {
    Shared.Database database = process.database();
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** The rules that records break at the moment. */
  List<String> lintErrors() throws Exception {
    return get("/lint")
        .body()
        .valueStream()
        .filter(finding -> finding.path("weight").asString().equals("error"))
        .map(finding -> finding.path("rule").asString())
        .toList();
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  void start() throws Exception {
    process.startAgain();
  }

  Answer post(String as, String path, Object body) throws Exception {
    return process.post(as, path, body);
  }

  Answer get(String path) throws Exception {
    return process.get("vera", path);
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
