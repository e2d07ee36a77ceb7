package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.events.BackupEvent.BackupFailureReason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A server whose answer was lost")
class LostAnswerTest {

  private static final BackupFailure AWAY =
      new BackupFailure(BackupFailureReason.DATABASE_UNREACHABLE, "refused", "start it");

  private final LostAnswer patient = new LostAnswer(Duration.ofMinutes(5));

  @Test
  @DisplayName("is asked until it is back and says what it did")
  void back() throws SQLException {
    Queue<Exception> hindrances =
        new ArrayDeque<>(List.of(AWAY, new SQLException("shutting down", "57P01")));

    assertThat(patient.await(() -> said(hindrances))).contains("done");
  }

  @Test
  @DisplayName("that stays away leaves the end open, for whoever comes next")
  void away() {
    assertThatThrownBy(
            () ->
                new LostAnswer(Duration.ZERO)
                    .await(
                        () -> {
                          throw AWAY;
                        }))
        .hasMessageContaining("is not known: refused")
        .satisfies(
            it ->
                assertThat(((BackupFailure) it).reason())
                    .isEqualTo(BackupFailureReason.INTERRUPTED));
  }

  @Test
  @DisplayName("and refuses to answer is not asked again")
  void refuses() {
    SQLException refusal = new SQLException("permission denied", "42501");

    assertThatThrownBy(() -> patient.await(() -> said(new ArrayDeque<>(List.of(refusal)))))
        .isSameAs(refusal);
  }

  private static Optional<String> said(Queue<Exception> hindrances) throws SQLException {
    Exception hindrance = hindrances.poll();
    if (hindrance instanceof SQLException refused) {
      throw refused;
    }
    if (hindrance instanceof BackupFailure away) {
      throw away;
    }
    return Optional.of("done");
  }
}
