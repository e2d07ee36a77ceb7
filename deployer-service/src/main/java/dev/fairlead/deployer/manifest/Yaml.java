package dev.fairlead.deployer.manifest;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML document whose every value still knows its line. Values stay text until somebody asks. */
sealed interface Yaml {

  int line();

  /** How a message calls it. */
  String kind();

  record Scalar(String text, int line) implements Yaml {
    @Override
    public String kind() {
      return "'" + text + "'";
    }
  }

  record Listing(List<Yaml> items, int line) implements Yaml {
    @Override
    public String kind() {
      return "a list";
    }

    Listing mapped(UnaryOperator<Yaml> change) {
      return new Listing(items.stream().map(change).toList(), line);
    }
  }

  record Mapping(Map<String, Yaml> entries, int line) implements Yaml {
    @Override
    public String kind() {
      return "a mapping";
    }

    static Mapping empty(int line) {
      return new Mapping(Map.of(), line);
    }

    /** Mappings are merged key by key; anything else in {@code override} replaces what is here. */
    Mapping overriddenBy(Mapping override) {
      Map<String, Yaml> merged = new LinkedHashMap<>(entries);
      override.entries.forEach(
          (key, value) ->
              merged.merge(
                  key,
                  value,
                  (mine, theirs) ->
                      mine instanceof Mapping base && theirs instanceof Mapping over
                          ? base.overriddenBy(over)
                          : theirs));
      return new Mapping(merged, line);
    }

    Mapping mapped(BiFunction<String, Yaml, Yaml> change) {
      Map<String, Yaml> changed = new LinkedHashMap<>();
      entries.forEach((key, value) -> changed.put(key, change.apply(key, value)));
      return new Mapping(changed, line);
    }

    Mapping without(String key) {
      Map<String, Yaml> rest = new LinkedHashMap<>(entries);
      rest.remove(key);
      return new Mapping(rest, line);
    }
  }

  /** Reads one document; what is no YAML, or no mapping, ends up in {@code violations}. */
  static Optional<Mapping> parse(String text, List<Violation> violations) {
    try {
      Node root = new org.yaml.snakeyaml.Yaml(limits()).compose(new StringReader(text));
      if (root instanceof MappingNode mapping) {
        return Optional.of(new Reader(violations).mapping(mapping, "", 0));
      }
      violations.add(
          new Violation("", 1, "a manifest is a mapping that begins with application: <name>"));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      violations.add(new Violation("", line, "no YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      violations.add(new Violation("", 1, "no YAML: " + e.getMessage()));
    }
    return Optional.empty();
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(20);
    options.setNestingDepthLimit(Reader.DEEPEST);
    options.setCodePointLimit(512 * 1024);
    return options;
  }

  /** From the parser's nodes; says where a key occurs twice. */
  record Reader(List<Violation> violations) {

    static final int DEEPEST = 20;

    private Yaml any(Node node, String path, int depth) {
      int line = lineOf(node);
      if (depth > DEEPEST) {
        violations.add(new Violation(path, line, "nested deeper than %d".formatted(DEEPEST)));
        return new Scalar("", line);
      }
      return switch (node) {
        case ScalarNode scalar ->
            new Scalar(Tag.NULL.equals(scalar.getTag()) ? "" : scalar.getValue(), line);
        case SequenceNode sequence -> {
          List<Yaml> items = new ArrayList<>();
          sequence
              .getValue()
              .forEach(
                  item -> items.add(any(item, "%s[%d]".formatted(path, items.size()), depth + 1)));
          yield new Listing(List.copyOf(items), line);
        }
        case MappingNode mapping -> mapping(mapping, path, depth);
        default -> new Scalar("", line);
      };
    }

    private Mapping mapping(MappingNode node, String path, int depth) {
      Map<String, Yaml> entries = new LinkedHashMap<>();
      for (NodeTuple tuple : node.getValue()) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        String keyPath = path.isEmpty() ? key : path + "." + key;
        if (entries.put(key, any(tuple.getValueNode(), keyPath, depth + 1)) != null) {
          violations.add(new Violation(keyPath, lineOf(tuple.getKeyNode()), "is written twice"));
        }
      }
      return new Mapping(entries, lineOf(node));
    }

    private static int lineOf(Node node) {
      return node.getStartMark().getLine() + 1;
    }
  }
}
