package dev.fairlead.alert.route;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is known of an alert, by name, sorted; routes, silences and inhibitions look at these. */
public record Labels(@JsonValue SortedMap<String, String> values) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Labels {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public static Labels of(Map<String, String> values) {
    return new Labels(new TreeMap<>(values));
  }

  /** A label that is not there has the empty value, as in Prometheus. */
  public String get(String label) {
    return values.getOrDefault(label, "");
  }

  public Labels with(String label, String value) {
    SortedMap<String, String> more = new TreeMap<>(values);
    more.put(label, value);
    return new Labels(more);
  }

  /** These labels, and those of {@code background} that are not among them. */
  public Labels over(Labels background) {
    SortedMap<String, String> all = new TreeMap<>(background.values);
    all.putAll(values);
    return new Labels(all);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
