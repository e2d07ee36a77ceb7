package dev.fairlead.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** An exception that no command has put into words, as a failure that says what is known of it. */
final class Unforeseen {

  /** The environment variable with which errors come with where they came from. */
  static final String DEBUG = "FAIRLEAD_DEBUG";

  private Unforeseen() {}

  static Failure asFailure(Exception e) {
    return new Failure(
        Exit.FAILED,
        what(e),
        "if that does not say what to do: %s=1 shows where it happened".formatted(DEBUG),
        e);
  }

  private static String what(Throwable e) {
    String message = e.getMessage();
    return switch (e) {
      case UncheckedIOException unchecked when unchecked.getCause() instanceof IOException cause ->
          joined(message, cause);
      case FileSystemException file -> file.getFile() + ": " + reason(file);
      case IOException io when message != null -> message;
      case Throwable ours when message != null && isOurs(ours) -> message;
      default -> e.toString();
    };
  }

  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }

  /** A message of Java's own is its cause's; one of ours names the file already. */
  private static String joined(@Nullable String message, IOException cause) {
    if (message == null || message.equals(cause.toString())) {
      return what(cause);
    }
    return cause instanceof FileSystemException file && message.contains("" + file.getFile())
        ? message + ": " + reason(file)
        : message + ": " + what(cause);
  }

  /** Ours say what happened; what Java's own say is little without the name of the exception. */
  private static boolean isOurs(Throwable e) {
    return e.getClass().getName().startsWith("dev.fairlead.");
  }
}
