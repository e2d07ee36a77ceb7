package dev.fairlead.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.events.kafka.EventRecords;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The codec")
class EventCodecTest {

  private static final String REQUEST =
      """
      {"application":"orders","environment":"staging","version":"2"}""";

  @ParameterizedTest
  @MethodSource("dev.fairlead.events.ContractTest#events")
  @DisplayName("writes binary records whose key is the subject, and reads them back")
  void binaryRoundTrip(Class<? extends Event> type) {
    Envelope envelope = Samples.envelope(type);

    ProducerRecord<String, byte[]> written = EventRecords.record(envelope);

    assertThat(written.key()).isEqualTo(envelope.event().subject());
    assertThat(written.topic()).isEqualTo(envelope.event().topic().topicName());
    assertThat(header(written, "ce_type")).isEqualTo(EventTypes.typeOf(type));
    assertThat(header(written, "content-type")).isEqualTo("application/json");
    assertThat(EventRecords.read(written.headers(), written.value()))
        .isEqualTo(new Reading.Known(envelope));
  }

  @Test
  @DisplayName("reads structured records too")
  void structured() {
    Envelope envelope = Samples.envelope(DeploymentEvent.DeployRequested.class);
    byte[] json = new JsonFormat().serialize(EventCodec.toCloudEvent(envelope));
    RecordHeaders headers = new RecordHeaders();
    headers.add("content-type", "application/cloudevents+json; charset=utf-8".getBytes(US_ASCII));

    assertThat(EventRecords.read(headers, json)).isEqualTo(new Reading.Known(envelope));
  }

  private static final java.nio.charset.Charset US_ASCII = StandardCharsets.US_ASCII;

  @Test
  @DisplayName("needs no more of a producer than application, environment and version")
  void smallestRequest() {
    Reading reading = read("deploy-requested", REQUEST);

    assertThat(((Reading.Known) reading).envelope().event())
        .isEqualTo(
            new DeploymentEvent.DeployRequested(
                new ApplicationName("orders"),
                new EnvironmentName("staging"),
                new Version("2"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null));
  }

  @Test
  @DisplayName("skips a type it does not know")
  void unknownType() {
    assertThat(read("deploy-teleported", "{}"))
        .isEqualTo(new Reading.Unknown("dev.fairlead.deploy-teleported.v1"));
  }

  @Test
  @DisplayName("ignores a field it does not know")
  void unknownField() {
    Reading reading =
        read("deploy-requested", REQUEST.replace("}", ",\"colour\":{\"deep\":[1,2]}}"));

    assertThat(reading).isInstanceOf(Reading.Known.class);
  }

  @Test
  @DisplayName("names every missing field at once")
  void missingFields() {
    assertThatThrownBy(() -> read("deploy-requested", "{\"version\":\"2\"}"))
        .isInstanceOf(InvalidEvent.class)
        .hasMessage("deploy-requested: missing application, environment");
  }

  @Test
  @DisplayName("names what is missing inside lists and maps, too")
  void missingInside() {
    assertThatThrownBy(
            () ->
                read(
                    "application-applied",
                    """
                    {"application":"orders","environment":"staging","manifestHash":"0",\
                    "targets":[null],"databases":[],"labels":{"team":null}}"""))
        .isInstanceOf(InvalidEvent.class)
        .hasMessage("application-applied: missing targets[0], labels.team");
  }

  @Test
  @DisplayName("says which value breaks which rule")
  void badValue() {
    assertThatThrownBy(() -> read("deploy-requested", REQUEST.replace("orders", "Orders!")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("application name 'Orders!' is not valid; expected a lower-case")
        .hasMessageContaining("at [\"application\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "\"text\"", "null", "42", "{\"application\":null}"})
  @DisplayName("refuses data that is no such event")
  void unreadableData(String data) {
    assertThatThrownBy(() -> read("deploy-requested", data)).isInstanceOf(InvalidEvent.class);
  }

  @Test
  @DisplayName("refuses a record that is no CloudEvent")
  void noCloudEvent() {
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> EventRecords.read(new RecordHeaders(), hello))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("the record is not a CloudEvent");
  }

  @Test
  @DisplayName("refuses a tombstone without headers")
  void tombstone() {
    assertThatThrownBy(() -> EventRecords.read(new RecordHeaders(), null))
        .isInstanceOf(InvalidEvent.class);
  }

  private static Reading read(String name, String data) {
    return EventCodec.read(
        CloudEventBuilder.v1()
            .withId("1")
            .withSource(URI.create("/ci"))
            .withType("dev.fairlead." + name + ".v1")
            .withTime(Instant.EPOCH.atOffset(java.time.ZoneOffset.UTC))
            .withData("application/json", data.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private static String header(ProducerRecord<String, byte[]> written, String name) {
    return new String(written.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
