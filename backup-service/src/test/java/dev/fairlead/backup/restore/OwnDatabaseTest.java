package dev.fairlead.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.postgres.DatabaseAccess;
import dev.fairlead.backup.restore.OwnDatabase.End;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.Neighbours;
import dev.fairlead.stack.testing.Shared;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A database that was set aside is dropped")
class OwnDatabaseTest {

  private SourceDatabase source;
  private DatabaseIdentity kept;
  private DatabaseAccess access;

  @BeforeEach
  void create() throws SQLException {
    Neighbours.require("postgres");
    source = SourceDatabase.create("aside");
    access = source.access(Shared.postgres().user(), Shared.postgres().password());
    try (Connection connection = Shared.postgres().connect("postgres")) {
      kept = DatabaseIdentity.of(connection, source.name()).orElseThrow();
    }
    assertThat(kept.server()).isNotNull();
  }

  @Test
  @DisplayName("where it is, and once")
  void dropped() {
    OwnDatabase own = new OwnDatabase(source.name(), kept.oid(), kept.server());

    assertThat(own.drop(access)).isEqualTo(End.DROPPED);
    assertThat(source.databases()).isEmpty();
    assertThat(own.drop(access)).isEqualTo(End.GONE);
  }

  @Test
  @DisplayName("by its name alone where no more was written down of it")
  void byName() {
    assertThat(new OwnDatabase(source.name(), null, null).drop(access)).isEqualTo(End.DROPPED);
    assertThat(source.databases()).isEmpty();
  }

  @Test
  @DisplayName("and not another one that has its name now")
  void another() {
    OwnDatabase own = new OwnDatabase(source.name(), kept.oid() - 1, null);

    assertThatThrownBy(() -> own.drop(access))
        .isInstanceOf(BackupFailure.class)
        .hasMessageContaining("the one that was left has %d".formatted(kept.oid() - 1));
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  @DisplayName("and said to be gone where another one has its name, on that very server")
  void nameGivenAgain() {
    assertThat(new OwnDatabase(source.name(), 1L << 31, kept.server()).drop(access))
        .isEqualTo(End.GONE);
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  @DisplayName("and not said to be dropped where another server is behind the address")
  void anotherServer() {
    OwnDatabase own = new OwnDatabase(source.name(), kept.oid(), "42");
    OwnDatabase elsewhere = new OwnDatabase(source.name() + "_elsewhere", kept.oid(), "42");

    assertThatThrownBy(() -> own.drop(access))
        .hasMessageContaining("is a database of server 42; behind 127.0.0.1")
        .hasMessageContaining("is server " + kept.server());
    assertThatThrownBy(() -> elsewhere.drop(access)).isInstanceOf(BackupFailure.class);
    assertThat(new OwnDatabase(source.name() + "_gone", 1L << 31, "42").drop(access))
        .isEqualTo(End.ELSEWHERE);
    assertThat(source.databases()).containsExactly(source.name());
  }

  @Test
  @DisplayName("and not said to be gone where it has got another name")
  void renamed() {
    OwnDatabase own = new OwnDatabase(source.name() + "_before", kept.oid(), kept.server());

    assertThat(own.drop(access)).isEqualTo(End.RENAMED);
    assertThat(source.databases()).containsExactly(source.name());
  }
}
