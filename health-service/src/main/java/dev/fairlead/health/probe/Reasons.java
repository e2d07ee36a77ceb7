package dev.fairlead.health.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;

/** A failed connection in words, and how much of it may be the prober's own fault. */
final class Reasons {

  private static final int LONGEST = 300;

  private Reasons() {}

  static Finding of(String address, Throwable failure) {
    if (has(failure, UnknownHostException.class)
        || has(failure, UnresolvedAddressException.class)) {
      return Finding.nameless("%s: no address for its name".formatted(address));
    }
    if (has(failure, SocketTimeoutException.class) || has(failure, HttpTimeoutException.class)) {
      return Finding.silent("%s: no answer in time".formatted(address));
    }
    if (has(failure, ConnectException.class)) {
      return Finding.silent("%s: connection refused".formatted(address));
    }
    return Finding.silent(shortened("%s: %s".formatted(address, words(failure))));
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure instanceof IOException
          ? "connection lost"
          : failure.getClass().getSimpleName();
    }
    return message;
  }

  static String shortened(String text) {
    String oneLine = text.replaceAll("\\s+", " ").strip();
    return oneLine.length() <= LONGEST ? oneLine : oneLine.substring(0, LONGEST) + "…";
  }
}
