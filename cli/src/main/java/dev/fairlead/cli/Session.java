package dev.fairlead.cli;

import dev.fairlead.cli.service.Service;
import dev.fairlead.cli.service.ServiceClient;
import dev.fairlead.cli.stack.StackHome;

/** One run of one command: where it prints and whom it can ask. */
public final class Session {

  private final Surroundings surroundings;
  private final Output output;

  Session(Surroundings surroundings, Output output) {
    this.surroundings = surroundings;
    this.output = output;
  }

  public Surroundings surroundings() {
    return surroundings;
  }

  public Output output() {
    return output;
  }

  /** Where the local stack lives: FAIRLEAD_HOME, or the .fairlead that is near. */
  public StackHome home() {
    return StackHome.of(surroundings);
  }

  /** A client of the service, as the caller that option {@code --as} names, if any. */
  public ServiceClient client(Service service, Arguments arguments) {
    return ServiceClient.of(service, surroundings, arguments.option("--as"));
  }
}
