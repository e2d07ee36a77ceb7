package dev.fairlead.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

@DisplayName("What is written about the events")
class CatalogueDocumentsTest {

  private static final Path RESOURCES = Path.of("src/main/resources/dev/fairlead/events");
  private static final Pattern EVENT_ROW = Pattern.compile("(?m)^\\| \\[`([a-z-]+)`]");

  private final JsonNode asyncapi = read(RESOURCES.resolve("asyncapi.yaml"));

  @Test
  @DisplayName("asyncapi.yaml has a channel for every topic, with its address and clean-up policy")
  void channels() {
    List<String> topics = Arrays.stream(Topic.values()).map(Topic::shortName).toList();
    assertThat(asyncapi.get("channels").propertyNames())
        .containsExactlyInAnyOrderElementsOf(topics);
    for (Topic topic : Topic.values()) {
      JsonNode channel = asyncapi.at("/channels/" + topic.shortName());
      assertThat(channel.get("address").asString()).isEqualTo(topic.topicName());
      assertThat(channel.at("/bindings/kafka/topicConfiguration/cleanup.policy/0").asString())
          .isEqualTo(topic.compacted() ? "compact" : "delete");
    }
  }

  @Test
  @DisplayName("asyncapi.yaml has every event in the channel it is written to, with its schema")
  void messages() {
    assertThat(asyncapi.at("/components/messages").propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            EventTypes.all().stream().map(EventTypes::nameOf).toList());
    for (Class<? extends Event> type : EventTypes.all()) {
      String name = EventTypes.nameOf(type);
      JsonNode message = asyncapi.at("/components/messages/" + name);
      assertThat(message.get("name").asString()).isEqualTo(EventTypes.typeOf(type));
      assertThat(RESOURCES.resolve(message.at("/payload/$ref").asString())).exists();
      Topic topic = Samples.envelope(type).event().topic();
      assertThat(asyncapi.at("/channels/" + topic.shortName() + "/messages").has(name))
          .as("%s in channel %s", name, topic.shortName())
          .isTrue();
    }
  }

  @Test
  @DisplayName("every reference within asyncapi.yaml leads somewhere")
  void references() {
    for (JsonNode reference : asyncapi.findValues("$ref")) {
      String target = reference.asString();
      if (target.startsWith("#")) {
        assertThat(asyncapi.at(target.substring(1)).isMissingNode()).as(target).isFalse();
      }
    }
  }

  @Test
  @DisplayName("docs/events.md lists every event and no other")
  void catalogue() throws IOException {
    String page = Files.readString(Path.of("../docs/events.md"));

    List<String> listed = EVENT_ROW.matcher(page).results().map(row -> row.group(1)).toList();

    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            EventTypes.all().stream().map(EventTypes::nameOf).toList());
  }

  private static JsonNode read(Path yaml) {
    return new YAMLMapper().readTree(yaml.toFile());
  }
}
