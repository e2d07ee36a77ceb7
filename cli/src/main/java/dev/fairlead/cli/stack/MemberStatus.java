package dev.fairlead.cli.stack;

import dev.fairlead.cli.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * How a member of the stack is.
 *
 * @param state up: alive and well; starting: alive, not ready; restarting: died, and the keeper
 *     will start it again; given up: it kept dying; dead: died, and there is no keeper; down: not
 *     started
 * @param memoryBytes resident, shared pages shared out; 0 when unknown
 * @param deaths lately, of those that the keeper saw
 */
public record MemberStatus(
    Member member,
    String state,
    Optional<Long> pid,
    int port,
    long memoryBytes,
    Optional<Duration> uptime,
    int deaths) {

  public boolean isUp() {
    return state.equals("up");
  }

  Json toJson() {
    return Json.object(
        "member", member.text(),
        "state", state,
        "pid", pid,
        "port", port,
        "memoryBytes", memoryBytes,
        "uptimeSeconds", uptime.map(Duration::toSeconds),
        "deaths", (long) deaths);
  }
}
