package dev.fairlead.deployer.image;

import java.util.Optional;

/**
 * A reference as people write it, {@code [registry/]name[:tag][@digest]}, by the rules of the
 * reference implementation: the first part is a registry if it holds a dot or a colon, or is {@code
 * localhost}.
 */
public record ImageReference(String text) {

  /** The host, with its port where one is named. */
  public Optional<String> registry() {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    boolean names = first.contains(".") || first.contains(":") || first.equals("localhost");
    return names ? Optional.of(first) : Optional.empty();
  }

  Optional<String> digest() {
    int at = text.indexOf('@');
    return at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
  }

  /** Without tag and digest. */
  public String name() {
    String tagged = digest().isPresent() ? text.substring(0, text.indexOf('@')) : text;
    int colon = tagged.lastIndexOf(':');
    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
  }

  /** What the registry calls it: the name without the registry. */
  public String repository() {
    return registry().map(host -> name().substring(host.length() + 1)).orElseGet(this::name);
  }
}
