package dev.fairlead.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whoever reads from the console over HTTP. */
record ConsoleReader(int port) {

  record Answer(int status, String body) {}

  Answer get(String path, @Nullable String token) throws IOException {
    HttpURLConnection connection = connect(path, token);
    int status = connection.getResponseCode();
    var in = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    try (in) {
      return new Answer(
          status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private HttpURLConnection connect(String path, @Nullable String token) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    connection.setReadTimeout(30_000);
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  /**
   * @param token of the reader
   * @param lastEventId what was read last; absent for a reader that is new
   */
  Stream open(String path, String token, @Nullable String lastEventId) throws IOException {
    HttpURLConnection connection = connect(path, token);
    if (lastEventId != null) {
      connection.setRequestProperty("Last-Event-ID", lastEventId);
    }
    return new Stream(
        connection,
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)));
  }

  record Line(String id, String event, String data) {}

  /** A reader of server-sent events, as small as the format allows. */
  record Stream(HttpURLConnection connection, BufferedReader in) implements AutoCloseable {

    List<Line> read(int count) throws IOException {
      List<Line> lines = new ArrayList<>();
      String id = "";
      String event = "";
      String line;
      while (lines.size() < count && (line = in.readLine()) != null) {
        if (line.startsWith("id:")) {
          id = line.substring(3);
        } else if (line.startsWith("event:")) {
          event = line.substring(6);
        } else if (line.startsWith("data:")) {
          lines.add(new Line(id, event, line.substring(5)));
        }
      }
      return lines;
    }

    List<String> comments(int count) throws IOException {
      List<String> comments = new ArrayList<>();
      String line;
      while (comments.size() < count && (line = in.readLine()) != null) {
        if (line.startsWith(":")) {
          comments.add(line.substring(1));
        }
      }
      return comments;
    }

    @Override
    public void close() {
      connection.disconnect();
    }
  }
}
