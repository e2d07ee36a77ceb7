package dev.fairlead.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The published contract: a changed golden file or schema in a diff is a change of the contract.
 * {@code -Dfairlead.contract=write} writes both anew.
 */
@DisplayName("The published contract")
class ContractTest {

  private static final Path SCHEMAS = Path.of("src/main/resources/dev/fairlead/events/schemas");
  private static final Path GOLDENS = Path.of("src/test/resources/events");
  private static final JsonMapper JSON = JsonMapper.shared();

  static Stream<Class<? extends Event>> events() {
    return EventTypes.all().stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  @DisplayName("an event is written exactly as its golden file says")
  void writesTheGoldenFile(Class<? extends Event> type) throws IOException {
    CloudEvent cloudEvent = EventCodec.toCloudEvent(Samples.envelope(type));
    JsonNode written = JSON.readTree(new JsonFormat().serialize(cloudEvent));

    assertSameAsFile(GOLDENS.resolve(EventTypes.nameOf(type) + ".json"), written);
  }

  @ParameterizedTest
  @MethodSource("events")
  @DisplayName("a golden file is read back into the same event")
  void readsTheGoldenFile(Class<? extends Event> type) throws IOException {
    byte[] golden = Files.readAllBytes(GOLDENS.resolve(EventTypes.nameOf(type) + ".json"));

    Reading reading = EventCodec.read(new JsonFormat().deserialize(golden));

    assertThat(reading).isEqualTo(new Reading.Known(Samples.envelope(type)));
  }

  @ParameterizedTest
  @MethodSource("events")
  @DisplayName("the schema says what the record says")
  void publishesTheSchema(Class<? extends Event> type) throws IOException {
    assertSameAsFile(SCHEMAS.resolve(EventTypes.nameOf(type) + ".v1.json"), Schemas.of(type));
  }

  @ParameterizedTest
  @MethodSource("events")
  @DisplayName("the data of a golden file satisfies its schema, and empty data does not")
  void goldenFileSatisfiesTheSchema(Class<? extends Event> type) throws IOException {
    String name = EventTypes.nameOf(type);
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(SCHEMAS.resolve(name + ".v1.json")));
    JsonNode golden = JSON.readTree(Files.readAllBytes(GOLDENS.resolve(name + ".json")));

    List<Error> errors = schema.validate(golden.get("data"));

    assertThat(errors).isEmpty();
    assertThat(schema.validate(JSON.createObjectNode())).isNotEmpty();
  }

  @Test
  @DisplayName("nothing is published for an event that no longer exists")
  void noLeftovers() throws IOException {
    List<String> names = EventTypes.all().stream().map(EventTypes::nameOf).sorted().toList();

    assertThat(namesIn(GOLDENS, ".json")).containsExactlyElementsOf(names);
    assertThat(namesIn(SCHEMAS, ".v1.json")).containsExactlyElementsOf(names);
  }

  private static List<String> namesIn(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString().replace(suffix, ""))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static void assertSameAsFile(Path file, JsonNode now) throws IOException {
    if ("write".equals(System.getProperty("fairlead.contract"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(now) + "\n");
    }
    if (Files.notExists(file)) {
      fail(file + " is missing: run the tests with -Dfairlead.contract=write and review the diff");
    }
    assertThat(now).isEqualTo(JSON.readTree(Files.readAllBytes(file)));
  }
}
