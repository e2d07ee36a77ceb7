package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void readsWhatItWrites() {
    String text = "{\"a\":\"x\\\"y\",\"b\":[1,2.5,true,null,{\"c\":{}}],\"d\":-3}";
    assertThat(Json.parse(text)).hasToString(text);
  }

  @Test
  void whatIsMissingIsEmptyAndNeverNull() {
    Json json = Json.parse("{\"a\":{\"b\":7}}");
    assertThat(json.at("a").number("b")).isEqualTo(7);
    assertThat(json.at("x").at("y").text("z")).isEmpty();
    assertThat(json.find("x")).isEmpty();
    assertThat(json.at("x").elements()).isEmpty();
    assertThat(Json.parse("").isMissing()).isTrue();
  }

  @Test
  void leavesOutWhatWasNotGiven() {
    assertThat(
            Json.object(
                "a",
                "1",
                "b",
                "",
                "c",
                Optional.empty(),
                "d",
                Optional.of("2"),
                "e",
                Json.list(List.of("x"))))
        .hasToString("{\"a\":\"1\",\"d\":\"2\",\"e\":[\"x\"]}");
  }

  @Test
  void refusesWhatIsNotJson() {
    assertThatThrownBy(() -> Json.parse("{\"a\":")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.parse("<html>")).hasMessageContaining("not JSON");
  }
}
