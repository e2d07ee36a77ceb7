package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.BookedRoute;
import dev.fairlead.deployer.router.RouteSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** The generated files. Pure: the same routes give the same text, and so the same generation. */
final class Configuration {

  private static final String WRITTEN = "# Written by Fairlead; changes are lost.\n";

  private static final String STATUS =
      """
      server {
        listen %s;
        access_log off;
        location = /generation { return 200 "%s"; }
        location = /status { stub_status; }
      }
      """;

  private Configuration() {}

  /** A generated file and its fingerprint. */
  record Generated(String text, String generation) {}

  /** For the {@code http} block: upstreams, and the maps that choose one. */
  static Generated http(List<BookedRoute> routes, NginxSettings settings) {
    StringBuilder text = new StringBuilder(WRITTEN);
    text.append("log_format fairlead '$upstream_addr|$upstream_status|$upstream_header_time';\n");
    text.append("map $http_upgrade $fairlead_connection { default upgrade; '' close; }\n");
    List<RouteSpec> specs =
        routes.stream().map(BookedRoute::spec).sorted(MOST_SPECIAL_FIRST).toList();
    List<RouteBlock> blocks = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      RouteBlock block = new RouteBlock(specs.get(i), "r" + i);
      block.write(text);
      blocks.add(block);
    }
    choice(text, "\"$host$uri/\"", "$fairlead_route", blocks, RouteBlock::pattern);
    // a variable of a map is only evaluated when its line is chosen
    lookup(text, "$fairlead_upstream", blocks, RouteBlock::pick);
    lookup(text, "$fairlead_set_cookie", blocks, RouteBlock::setCookie);
    String generation = fingerprint(text.toString());
    return new Generated(text + STATUS.formatted(settings.status(), generation), generation);
  }

  private static String fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** For a {@code location} block of the operator's. Times equal those of the edge proxy. */
  static String location(NginxSettings settings) {
    return WRITTEN
        + (settings.keepConnections() ? "" : "keepalive_timeout 0;\n")
        + """
        if ($fairlead_route = "") { return 404; }
        if ($fairlead_upstream = "") { return 503; }
        proxy_pass http://$fairlead_upstream;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $fairlead_connection;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_connect_timeout 2s;
        proxy_read_timeout 1h;
        proxy_request_buffering off;
        proxy_buffering off;
        proxy_next_upstream error timeout;
        client_max_body_size 0;
        add_header Set-Cookie $fairlead_set_cookie always;
        """
        + settings.log().map(log -> "access_log %s fairlead;%n".formatted(log)).orElse("");
  }

  /** nginx takes the first pattern that matches. */
  private static final Comparator<RouteSpec> MOST_SPECIAL_FIRST =
      Comparator.<RouteSpec, Boolean>comparing(spec -> spec.match().host().isEmpty())
          .thenComparing(spec -> -spec.match().pathPrefix().length())
          .thenComparing(RouteSpec::name);

  private static void choice(
      StringBuilder text,
      String from,
      String to,
      List<RouteBlock> blocks,
      Function<RouteBlock, String> key) {
    text.append("map %s %s {\n  default '';\n".formatted(from, to));
    for (RouteBlock block : blocks) {
      text.append("  %s %s;\n".formatted(key.apply(block), block.id()));
    }
    text.append("}\n");
  }

  private static void lookup(
      StringBuilder text, String to, List<RouteBlock> blocks, Function<RouteBlock, String> value) {
    text.append("map $fairlead_route %s {\n  default '';\n".formatted(to));
    for (RouteBlock block : blocks) {
      text.append("  %s %s;\n".formatted(block.id(), value.apply(block)));
    }
    text.append("}\n");
  }
}
