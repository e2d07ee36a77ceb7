package dev.fairlead.cli.stack;

import dev.fairlead.cli.Exit;
import dev.fairlead.cli.Failure;
import dev.fairlead.cli.Surroundings;
import dev.fairlead.cli.service.Service;
import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of a local stack, all on loopback.
 *
 * @param offset added to each default, so that two stacks can run beside each other
 */
public record StackPorts(int offset) {

  private static final int MAX_OFFSET = 50_000;

  /** What FAIRLEAD_PORT_OFFSET says; 0 without it. */
  static StackPorts wanted(Surroundings surroundings) {
    String text = surroundings.variable("FAIRLEAD_PORT_OFFSET").orElse("0");
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= MAX_OFFSET) {
      return new StackPorts(Integer.parseInt(text));
    }
    throw new Failure(
        Exit.USAGE, "FAIRLEAD_PORT_OFFSET is " + text, "give a number from 0 to " + MAX_OFFSET);
  }

  static StackPorts recorded(Path file) {
    try {
      return new StackPorts(Integer.parseInt(Files.readString(file).strip()));
    } catch (NoSuchFileException | NumberFormatException e) {
      return new StackPorts(0);
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "cannot read " + file, "correct the file's rights", e);
    }
  }

  void record(Path file) throws IOException {
    WholeFile.write(file, Integer.toString(offset));
  }

  public int of(Service service) {
    return service.port() + offset;
  }

  public int edgeTraffic() {
    return 7180 + offset;
  }

  public int kafka() {
    return 7192 + offset;
  }

  public int postgres() {
    return 7132 + offset;
  }

  public int s3() {
    return 7190 + offset;
  }

  public int smtp() {
    return 7125 + offset;
  }

  public int slack() {
    return 7126 + offset;
  }

  public int pagerDuty() {
    return 7127 + offset;
  }

  /** Where the neighbours list what mail, Slack and PagerDuty received: {@code GET /received}. */
  public int received() {
    return 7128 + offset;
  }

  /** A sentence for each port of these members that somebody listens on. */
  List<String> taken(List<Member> members) {
    List<String> taken = new ArrayList<>();
    for (Member member : members) {
      for (int port : member.ports(this)) {
        if (!Ports.isFree(port)) {
          String holder = PortHolder.of(port).orElse("another process");
          taken.add("port %d for %s is taken by %s".formatted(port, member.text(), holder));
        }
      }
    }
    return taken;
  }
}
