package dev.fairlead.cli.stack;

import dev.fairlead.stack.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

/** Whether a member of the stack does its work. */
final class Readiness {

  private static final int LIMIT_MILLIS = 2_000;

  private Readiness() {}

  static boolean of(Member member, StackPorts ports) {
    Optional<String> address = member.healthAddress(ports);
    return address.isPresent()
        ? saysOk(address.get())
        : Ports.answers(member.ports(ports).getFirst());
  }

  private static boolean saysOk(String address) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address).toURL().openConnection();
      connection.setConnectTimeout(LIMIT_MILLIS);
      connection.setReadTimeout(LIMIT_MILLIS);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }
}
