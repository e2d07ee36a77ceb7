package dev.fairlead.edge.admin;

/** The body is larger than any route needs. */
final class TooLarge extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooLarge(int mostBytes) {
    super("the document must not be larger than " + mostBytes + " bytes");
  }
}
