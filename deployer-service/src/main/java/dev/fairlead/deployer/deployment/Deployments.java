package dev.fairlead.deployer.deployment;

import dev.fairlead.deployer.plan.Request;
import dev.fairlead.deployer.release.Release;
import dev.fairlead.deployer.release.Releases;
import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Envelope;
import dev.fairlead.events.Event;
import dev.fairlead.events.Place;
import dev.fairlead.service.outbox.Outbox;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * All deployments. A fact told to one changes its state and announces it in one transaction, with
 * the deployment's row locked; or, if that fails, does neither.
 */
public final class Deployments {

  private static final JsonMapper JSON = new JsonMapper();

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Outbox outbox;
  private final Releases releases;
  private final Deliberation deliberation;
  private final RollbackKeys rollbacks;
  private final Clock clock;

  Deployments(
      JdbcClient database,
      TransactionTemplate transaction,
      Outbox outbox,
      Releases releases,
      Deliberation deliberation,
      Clock clock) {
    this.database = database;
    this.transaction = transaction;
    this.outbox = outbox;
    this.releases = releases;
    this.deliberation = deliberation;
    this.rollbacks = new RollbackKeys(database);
    this.clock = clock;
  }

  /** Begins a deployment; an id that is known already changes nothing and answers false. */
  boolean begin(Request request, List<Event> announced) {
    Deployment deployment = Deployment.requested(request);
    return transaction.execute(
        status -> {
          int inserted =
              database
                  .sql(
                      """
                      insert into deployment
                        (id, application, environment, version, state, active, ended, document,
                         requested_at)
                      values (?, ?, ?, ?, ?, false, false, ?::jsonb, ?)
                      on conflict do nothing
                      """)
                  .params(
                      request.id().value(),
                      request.place().application().value(),
                      request.place().environment().value(),
                      request.version().value(),
                      deployment.state().word(),
                      document(deployment),
                      Timestamp.from(request.requestedAt()))
                  .update();
          if (inserted == 1) {
            announced.forEach(event -> announce(deployment, event));
          }
          return inserted == 1;
        });
  }

  /** A fact from outside. */
  Deployment tell(DeploymentId id, Fact fact) {
    return tell(id, null, fact);
  }

  /**
   * A fact from the runner that holds {@code fence}.
   *
   * @throws TakenOver when another one holds the deployment by now
   */
  Deployment tell(DeploymentId id, @Nullable Long fence, Fact fact) {
    return transaction.execute(
        status -> {
          Deployment before = locked(id, fence);
          Decision decision = deliberation.on(before, fact, clock.instant());
          if (decision.changes(before)) {
            save(decision.next());
            decision.events().forEach(event -> announce(decision.next(), event));
          }
          return decision.next();
        });
  }

  /** A word for each that changes with every change of it, in one question for all of them. */
  Map<DeploymentId, String> versions(Set<DeploymentId> ids) {
    Map<DeploymentId, String> versions = new HashMap<>();
    database
        .sql("select id, xmin::text as version from deployment where id in (:ids)")
        .param("ids", ids.stream().map(DeploymentId::value).toList())
        .query(
            row -> {
              versions.put(
                  new DeploymentId(row.getObject("id", UUID.class)), row.getString("version"));
            });
    return versions;
  }

  /** From now on only the holder of the returned token may tell it what its steps came to. */
  long takeOver(DeploymentId id) {
    return database
        .sql("update deployment set fence = nextval('fence') where id = ? returning fence")
        .param(id.value())
        .query(Long.class)
        .single();
  }

  /**
   * A newer token for the holder of this one: what looks after the place may have taken one since.
   *
   * @throws TakenOver when another one holds the deployment by now
   */
  long renewed(DeploymentId id, long fence) {
    return database
        .sql(
            "update deployment set fence = nextval('fence') where id = ? and fence = ? returning fence")
        .params(id.value(), fence)
        .query(Long.class)
        .optional()
        .orElseThrow(() -> new TakenOver(id));
  }

  /**
   * A token to look after a release with: newer than those of the deployments before. Whoever
   * deploys next takes a newer one, and this one is refused from then on.
   *
   * @return empty when the release no longer serves there, or must not, or a deployment changes the
   *     place
   */
  OptionalLong fenceAtRest(Release release) {
    return transaction.execute(
        status -> {
          lock(release.place());
          boolean serves =
              releases
                  .wayBack(release.place())
                  .map(Release::id)
                  .filter(release.id()::equals)
                  .isPresent();
          boolean rests =
              unfinished(release.place()).stream().noneMatch(other -> other.state().active());
          return serves && rests
              ? OptionalLong.of(database.sql("select nextval('fence')").query(Long.class).single())
              : OptionalLong.empty();
        });
  }

  /**
   * A token to clear a place with that nothing serves at.
   *
   * @return empty when a release serves there by now, a deployment changes the place, or one that
   *     could not be undone has left it to a person
   */
  OptionalLong fenceAtIdle(Place place) {
    return transaction.execute(
        status -> {
          lock(place);
          boolean idle =
              releases.serving(place).isEmpty()
                  && releases.unrestored(place).isEmpty()
                  && unfinished(place).stream().noneMatch(other -> other.state().active());
          return idle
              ? OptionalLong.of(database.sql("select nextval('fence')").query(Long.class).single())
              : OptionalLong.empty();
        });
  }

  public Optional<Deployment> find(DeploymentId id) {
    return all("select document from deployment where id = ?", id.value()).stream().findFirst();
  }

  /** What was asked for at the place with this key before, or was turned back by it. */
  Optional<Deployment> requested(Place place, String key) {
    return find(DeploymentId.forRequest(key))
        .filter(known -> known.place().equals(place))
        .or(() -> find(DeploymentId.forRequest(place, key)))
        .or(() -> rollbacks.deployment(place, key).flatMap(this::find));
  }

  /** Newest first; of all applications, or environments, where none is given. */
  List<Deployment> newest(@Nullable String application, @Nullable String environment, int limit) {
    // only what is given: a condition that holds for all finds no index
    String which =
        (application == null ? "" : " and application = ?")
            + (environment == null ? "" : " and environment = ?");
    return all(
        "select document from deployment where true%s order by requested_at desc limit ?"
            .formatted(which),
        Stream.of(application, environment, limit).filter(Objects::nonNull).toArray());
  }

  /** Those of all places that have not ended. */
  List<Deployment> unfinished() {
    return all("select document from deployment where not ended");
  }

  /** Those of the place that have not ended, oldest first. */
  List<Deployment> unfinished(Place place) {
    return all(
        """
        select document from deployment
        where application = ? and environment = ? and not ended
        order by requested_at, id
        """,
        place.application().value(),
        place.environment().value());
  }

  /** Until the transaction ends nobody else can decide whose turn it is at the place. */
  void lock(Place place) {
    database
        .sql("select 1 from place where application = ? and environment = ? for update")
        .params(place.application().value(), place.environment().value())
        .query(Integer.class)
        .optional();
  }

  private Deployment locked(DeploymentId id, @Nullable Long fence) {
    Row row =
        database
            .sql("select document, fence from deployment where id = ? for update")
            .param(id.value())
            .query((set, number) -> new Row(set.getString("document"), set.getLong("fence")))
            .optional()
            .orElseThrow(() -> new DeploymentNotFound(id));
    if (fence != null && fence != row.fence()) {
      throw new TakenOver(id);
    }
    return JSON.readValue(row.document(), Deployment.class);
  }

  private record Row(String document, long fence) {}

  private void save(Deployment deployment) {
    new ServingNotes(releases).take(deployment, clock.instant());
    database
        .sql(
            """
            update deployment set state = ?, active = ?, ended = ?, document = ?::jsonb
            where id = ?
            """)
        .params(
            deployment.state().word(),
            deployment.state().active(),
            deployment.state().ended(),
            document(deployment),
            deployment.id().value())
        .update();
  }

  private void announce(Deployment deployment, Event event) {
    outbox.append(
        Envelope.of("deployer", clock.instant(), event)
            .correlatedBy(deployment.id())
            .by(deployment.request().requestedBy()));
  }

  private static String document(Deployment deployment) {
    return Wording.storable(JSON.writeValueAsString(deployment));
  }

  private List<Deployment> all(String sql, Object... parameters) {
    return database.sql(sql).params(parameters).query(String.class).list().stream()
        .map(document -> JSON.readValue(document, Deployment.class))
        .toList();
  }
}
