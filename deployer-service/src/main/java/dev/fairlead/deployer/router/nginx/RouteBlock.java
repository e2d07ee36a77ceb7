package dev.fairlead.deployer.router.nginx;

import dev.fairlead.deployer.router.RouteSpec;
import dev.fairlead.events.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What nginx is told of one route: an upstream for each release, and how to choose among them.
 *
 * @param id short and unique within the file
 */
record RouteBlock(RouteSpec spec, String id) {

  private static final double PERCENT = 100.0;

  /** The regular expression of host and path; the path ends with a slash. */
  String pattern() {
    String host = spec.match().host().isEmpty() ? "[^/]*" : quoted(spec.match().host());
    String path = spec.match().pathPrefix();
    return "\"~^%s%s\"".formatted(host, quoted(path.endsWith("/") ? path : path + "/"));
  }

  /** The upstream of a request, or nothing when nobody serves. */
  String pick() {
    return weights().isEmpty() ? "''" : "$fairlead_pick_" + id;
  }

  String setCookie() {
    return spec.stickyCookie().isPresent() && !weights().isEmpty()
        ? "$fairlead_set_cookie_" + id
        : "''";
  }

  void write(StringBuilder text) {
    Map<Version, Integer> weights = weights();
    text.append("# %s\n".formatted(spec.name()));
    weights.keySet().forEach(release -> upstream(text, release));
    if (!weights.isEmpty()) {
      split(text, weights);
      spec.stickyCookie().ifPresent(cookie -> sticky(text, cookie));
    }
  }

  private void upstream(StringBuilder text, Version release) {
    text.append("upstream %s { # %s\n".formatted(upstream(release), release));
    for (RouteSpec.Backend backend : spec.backends()) {
      if (backend.release().equals(release) && backend.weight() > 0) {
        text.append(
            "  server %s weight=%d max_fails=0; # %s\n"
                .formatted(backend.address(), backend.weight(), backend.instance()));
      }
    }
    text.append("}\n");
  }

  /** The last one gets what is left, so that the shares are whole whatever was rounded. */
  private void split(StringBuilder text, Map<Version, Integer> weights) {
    double all = weights.values().stream().mapToInt(Integer::intValue).sum();
    List<Map.Entry<Version, Integer>> shares = List.copyOf(weights.entrySet());
    String variable = spec.stickyCookie().isPresent() ? "draw" : "pick";
    text.append("split_clients $request_id $fairlead_%s_%s {\n".formatted(variable, id));
    for (Map.Entry<Version, Integer> share : shares.subList(0, shares.size() - 1)) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %.2f%% %s;\n",
              PERCENT * share.getValue() / all,
              upstream(share.getKey())));
    }
    text.append("  * %s;\n}\n".formatted(upstream(shares.getLast().getKey())));
  }

  private void sticky(StringBuilder text, String cookie) {
    text.append(
        """
        map $http_cookie $fairlead_cookie_%1$s {
          default '';
          "~(^|; *)%2$s=(?<fairlead_value_%1$s>[^;]+)" $fairlead_value_%1$s;
        }
        map $fairlead_cookie_%1$s $fairlead_pick_%1$s {
          default $fairlead_draw_%1$s;
        %3$s}
        map $fairlead_pick_%1$s $fairlead_release_%1$s {
        %4$s}
        map $fairlead_cookie_%1$s $fairlead_set_cookie_%1$s {
          default "%2$s=$fairlead_release_%1$s; Path=%5$s; HttpOnly; SameSite=Lax";
        %6$s}
        """
            .formatted(
                id,
                cookie,
                eachRelease("  \"%1$s\" %2$s;\n"),
                eachRelease("  %2$s \"%1$s\";\n"),
                spec.match().pathPrefix(),
                eachRelease("  \"%1$s\" '';\n")));
  }

  private String eachRelease(String line) {
    StringBuilder lines = new StringBuilder();
    weights().keySet().forEach(one -> lines.append(line.formatted(one, upstream(one))));
    return lines.toString();
  }

  /** Releases that get requests, in the order of the route. */
  private Map<Version, Integer> weights() {
    Map<Version, Integer> weights = new LinkedHashMap<>();
    spec.backends().forEach(one -> weights.merge(one.release(), one.weight(), Integer::sum));
    weights.values().removeIf(weight -> weight == 0);
    return weights;
  }

  private String upstream(Version release) {
    int number = List.copyOf(weights().keySet()).indexOf(release);
    return "fairlead_%s_%d".formatted(id, number);
  }

  private static String quoted(String text) {
    return text.replaceAll("[^A-Za-z0-9/_-]", "\\\\$0");
  }
}
