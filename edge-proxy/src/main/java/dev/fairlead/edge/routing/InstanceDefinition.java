package dev.fairlead.edge.routing;

/**
 * An instance as a deployment wants it.
 *
 * @param weight its share of new requests relative to the others, 0 to 1000; 0 takes none
 * @param release what runs there; sticky visitors stay with a release, not with an instance
 */
public record InstanceDefinition(String id, Address address, int weight, String release) {
  public static final int MOST_WEIGHT = 1000;

  public InstanceDefinition {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")) {
      throw new IllegalArgumentException(
          "id must be 1 to 128 letters, digits, dots, colons, dashes or underscores, but was '"
              + id
              + "'");
    }
    if (weight < 0 || weight > MOST_WEIGHT) {
      throw new IllegalArgumentException("weight must be 0 to 1000, but was " + weight);
    }
    if (!release.matches("[A-Za-z0-9._+-]{0,128}")) {
      throw new IllegalArgumentException(
          "release must be up to 128 letters, digits, dots, dashes, pluses or underscores, but was '"
              + release
              + "'");
    }
  }
}
