package dev.fairlead.alert.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A rota")
class RotaTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final LocalDateTime MONDAY_NINE = LocalDateTime.parse("2026-10-19T09:00");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      textBlock =
          """
          2026-10-19T06:59:59Z, ''
          2026-10-19T07:00:00Z, alice
          2026-10-26T07:59:59Z, alice
          2026-10-26T08:00:00Z, bob
          2026-11-02T08:00:00Z, carol
          2026-11-09T08:00:00Z, alice
          2027-03-29T06:59:59Z, bob
          2027-03-29T07:00:00Z, carol
          """)
  @DisplayName("is handed over at nine by the wall clock, before and after the clocks change")
  void weekly(Instant moment, String person) {
    Rota rota =
        rota(new Rotation(List.of("alice", "bob", "carol"), MONDAY_NINE, 7, Hours.ALWAYS, BERLIN));

    assertThat(String.join(",", rota.onCall(moment, List.of()))).isEqualTo(person);
  }

  @Test
  @DisplayName(
      "hands over once in a night in which the hour comes twice, and in which it is missing")
  void oddHours() {
    LocalDateTime start = LocalDateTime.parse("2026-10-24T02:30");
    Rota rota = rota(new Rotation(List.of("alice", "bob"), start, 1, Hours.ALWAYS, BERLIN));

    assertThat(starts(rota, "2026-10-24T12:00:00Z", 3))
        .as("the first 02:30 of two")
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z");
    assertThat(starts(rota, "2027-03-27T12:00:00Z", 2))
        .as("there is no 02:30: when it is 03:00")
        .containsExactly("2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z");
  }

  static Stream<Rotation> rotations() {
    Random random = new Random(3);
    return Stream.of(
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Pacific/Apia",
            "America/Sao_Paulo",
            "UTC")
        .flatMap(
            zone ->
                Stream.of(1, 7, 14)
                    .map(
                        days ->
                            new Rotation(
                                List.of("alice", "bob", "carol"),
                                LocalDateTime.of(
                                    2009, 1 + random.nextInt(12), 7, random.nextInt(24), 30),
                                days,
                                Hours.ALWAYS,
                                ZoneId.of(zone))));
  }

  @ParameterizedTest
  @MethodSource("rotations")
  @DisplayName("leaves no moment of twenty years without exactly one person, each in turn")
  void always(Rotation rotation) {
    Rota rota = rota(rotation);
    Instant from = Instant.parse("2010-01-01T00:00:00Z");
    List<Shift> shifts = rota.shifts(from, Instant.parse("2030-01-01T00:00:00Z"), List.of());

    for (int i = 1; i < shifts.size(); i++) {
      Shift before = shifts.get(i - 1);
      Shift shift = shifts.get(i);
      assertThat(shift.from()).isEqualTo(before.until());
      int turn = rotation.people().indexOf(before.people().getFirst());
      assertThat(shift.people()).containsExactly(rotation.people().get((turn + 1) % 3));
      if (i < shifts.size() - 1) {
        Duration length = Duration.between(shift.from(), shift.until());
        assertThat(length.minusDays(rotation.days()).abs()).isLessThanOrEqualTo(Duration.ofDays(1));
        requireOneAtRandom(rota, shift);
      }
    }
  }

  /** The answer for a moment is that of the shift it lies in. */
  private static void requireOneAtRandom(Rota rota, Shift shift) {
    long length = Duration.between(shift.from(), shift.until()).toSeconds();
    Instant within = shift.from().plusSeconds(new Random(length).nextLong(length));
    assertThat(rota.onCall(within, List.of())).isEqualTo(shift.people());
  }

  @Test
  @DisplayName("asks nobody outside of the hours, also where those reach into the next day")
  void hours() {
    Set<DayOfWeek> weekdays =
        Set.of(
            DayOfWeek.MONDAY,
            DayOfWeek.TUESDAY,
            DayOfWeek.WEDNESDAY,
            DayOfWeek.THURSDAY,
            DayOfWeek.FRIDAY);
    Hours nights = new Hours(weekdays, LocalTime.of(20, 0), LocalTime.of(8, 0));
    Rota rota = rota(new Rotation(List.of("nina"), MONDAY_NINE, 7, nights, BERLIN));

    assertThat(rota.onCall(Instant.parse("2026-11-06T18:59:59Z"), List.of())).isEmpty();
    Shift friday = rota.shift(Instant.parse("2026-11-06T19:00:00Z"), List.of());
    assertThat(friday.people()).containsExactly("nina");
    assertThat(friday.until()).isEqualTo(Instant.parse("2026-11-07T07:00:00Z"));
    Shift weekend = rota.shift(Instant.parse("2026-11-07T07:00:00Z"), List.of());
    assertThat(weekend.people()).isEmpty();
    assertThat(weekend.until()).as("Monday").isEqualTo(Instant.parse("2026-11-09T19:00:00Z"));
  }

  @Test
  @DisplayName(
      "follows the sun with a rotation for each zone, and tells all of several rotations in order")
  void several() {
    Hours day = new Hours(Hours.ALWAYS.days(), LocalTime.of(8, 0), LocalTime.of(20, 0));
    Rotation first = new Rotation(List.of("bea"), MONDAY_NINE, 7, day, BERLIN);
    Rotation second =
        new Rotation(List.of("sam", "bea"), MONDAY_NINE, 7, Hours.ALWAYS, ZoneOffset.UTC);
    Rota rota = new Rota("shop", List.of(first, second));

    assertThat(rota.onCall(Instant.parse("2026-10-20T12:00:00Z"), List.of()))
        .containsExactly("bea", "sam");
    assertThat(rota.onCall(Instant.parse("2026-10-20T23:00:00Z"), List.of()))
        .containsExactly("sam");
    assertThat(rota.onCall(Instant.parse("2026-10-27T12:00:00Z"), List.of()))
        .as("nobody is named twice")
        .containsExactly("bea");
  }

  @Test
  @DisplayName("lets somebody stand in for one person, or for all, and only for that time")
  void substitutions() {
    Rota rota = rota(new Rotation(List.of("alice", "bob"), MONDAY_NINE, 7, Hours.ALWAYS, BERLIN));
    Instant noon = Instant.parse("2026-10-20T12:00:00Z");
    List<Substitution> stands = new ArrayList<>();
    stands.add(standIn("dave", "alice", noon, noon.plusSeconds(3600)));
    stands.add(standIn("erin", "bob", noon, noon.plusSeconds(3600)));

    assertThat(rota.onCall(noon.minusSeconds(1), stands)).containsExactly("alice");
    assertThat(rota.onCall(noon, stands)).containsExactly("dave");
    assertThat(rota.shift(noon, stands).until()).isEqualTo(noon.plusSeconds(3600));
    assertThat(rota.onCall(noon.plusSeconds(3600), stands)).containsExactly("alice");

    stands.add(standIn("frank", "alice", noon, noon.plusSeconds(60)));
    assertThat(rota.onCall(noon, stands)).as("the later word counts").containsExactly("frank");
    stands.add(standIn("gina", null, noon, noon.plusSeconds(30)));
    assertThat(rota.onCall(noon, stands)).containsExactly("gina");
    assertThat(rota.shifts(noon, noon.plusSeconds(4000), stands))
        .extracting(shift -> shift.people().getFirst())
        .containsExactly("gina", "frank", "dave", "alice");
  }

  private static List<String> starts(Rota rota, String from, int count) {
    List<String> starts = new ArrayList<>();
    Shift shift = rota.shift(Instant.parse(from), List.of());
    while (starts.size() < count && shift.until() != null) {
      starts.add(shift.until().toString());
      shift = rota.shift(shift.until(), List.of());
    }
    return starts;
  }

  private static Rota rota(Rotation rotation) {
    return new Rota("shop", List.of(rotation));
  }

  private static Substitution standIn(
      String person, @Nullable String insteadOf, Instant from, Instant until) {
    return new Substitution(
        UUID.randomUUID(), "shop", person, insteadOf, from, until, "alice", "swapped");
  }
}
