package dev.fairlead.events;

/** An application in an environment: what is deployed to, queued for and rolled back. */
public record Place(ApplicationName application, EnvironmentName environment) {

  public static Place of(String application, String environment) {
    return new Place(new ApplicationName(application), new EnvironmentName(environment));
  }

  /** {@code orders/production}: the key of every event about this place. */
  @Override
  public String toString() {
    return application + "/" + environment;
  }
}
