package dev.fairlead.service.secret;

/** A secret's value. Shows itself only to who asks by name. */
public final class Secret {

  private final String value;

  Secret(String value) {
    this.value = value;
  }

  /** For handing to whom it is meant for; never for a log, an event or an error text. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return Redaction.MASK;
  }
}
