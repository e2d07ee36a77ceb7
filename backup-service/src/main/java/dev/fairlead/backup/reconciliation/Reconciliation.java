package dev.fairlead.backup.reconciliation;

import dev.fairlead.backup.BackupFailure;
import dev.fairlead.backup.BackupSettings;
import dev.fairlead.backup.backup.Backups;
import dev.fairlead.backup.drill.StoredStatements;
import dev.fairlead.backup.files.PackSweep;
import dev.fairlead.backup.reconciliation.Discrepancy.Leftover;
import dev.fairlead.backup.reconciliation.Discrepancy.Unknown;
import dev.fairlead.backup.reconciliation.Discrepancy.UnknownPacks;
import dev.fairlead.backup.removal.RemovalUnderWay;
import dev.fairlead.backup.store.Store;
import dev.fairlead.backup.store.Stores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Brings catalogue and stores to agree: backups that only a store knows are taken into the
 * catalogue, copies that only the catalogue knows are reported, and what never became a backup is
 * swept. A service with an empty database so finds all it ever made.
 */
@Component
public class Reconciliation {

  private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

  private static final Comparator<Discrepancy> BY_TURN = Comparator.comparing(Reconciliation::turn);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ReentrantLock settling = new ReentrantLock();
  private final Backups backups;
  private final StoredStatements statements;
  private final PackSweep packs;
  private final Stores stores;
  private final Settlement settlement;
  private final Clock clock;
  private final Duration abandonedAfter;

  Reconciliation(
      Backups backups,
      StoredStatements statements,
      PackSweep packs,
      Stores stores,
      Settlement settlement,
      BackupSettings settings,
      Clock clock) {
    this.backups = backups;
    this.statements = statements;
    this.packs = packs;
    this.stores = stores;
    this.settlement = settlement;
    this.abandonedAfter = settings.abandonedAfter();
    this.clock = clock;
  }

  /**
   * Settles every discrepancy. A store that is away is looked at the next time.
   *
   * @throws RemovalUnderWay when another one goes on for long
   */
  public List<Finding> run() {
    return settled().findings();
  }

  /**
   * The same, and then the packs go that no backup needs: not while a store is away, or holds what
   * could not be settled or was left over, of which a manifest may name them.
   *
   * @throws RemovalUnderWay when another one goes on for long
   */
  public void runAndSweep() {
    if (settled().knowsAllBackups()) {
      packs.run();
    } else {
      log.info("packs=kept next=later not every backup is known");
    }
  }

  /** Two at a time would read and tell the same twice. */
  private Round settled() {
    try {
      if (!settling.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        throw underWay();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw underWay();
    }
    try {
      return each(settlement::settle);
    } finally {
      settling.unlock();
    }
  }

  private static RemovalUnderWay underWay() {
    return new RemovalUnderWay("stores and catalogue are being compared and brought to agree");
  }

  /** What {@link #run} would settle now. */
  List<Finding> look() {
    return each(discrepancy -> "to do").findings();
  }

  /**
   * @param knowsAllBackups whether the catalogue now has every backup that a store may have
   */
  private record Round(List<Finding> findings, boolean knowsAllBackups) {}

  /** All stores are looked at before anything is done: one of them may know what another lost. */
  private Round each(Function<Discrepancy, String> outcome) {
    Instant now = clock.instant();
    List<Finding> findings = new ArrayList<>();
    List<Discrepancy> found = new ArrayList<>();
    for (Store store : stores.all()) {
      try {
        found.addAll(
            new Comparison(backups, statements, packs, store, now, now.minus(abandonedAfter))
                .run());
      } catch (BackupFailure e) {
        log.warn("store={} next=later {}", store.name(), e.sentence());
        findings.add(
            new Finding(store.name(), "", "the store cannot be used", "later", e.sentence()));
      }
    }
    if (!findings.isEmpty() || found.stream().anyMatch(Reconciliation::mayNeedPacks)) {
      found.removeIf(UnknownPacks.class::isInstance);
    }
    boolean knowsAll = findings.isEmpty();
    for (Discrepancy it : found.stream().sorted(BY_TURN).toList()) {
      String settled = outcome.apply(it);
      findings.add(Finding.of(it, settled));
      knowsAll &= !mayNeedPacks(it) || (it instanceof Unknown && Settlement.isDone(settled));
    }
    return new Round(findings, knowsAll);
  }

  /** A catalogue that does not know all backups yet does not know all packs either. */
  private static boolean mayNeedPacks(Discrepancy discrepancy) {
    return discrepancy instanceof Unknown || discrepancy instanceof Leftover;
  }

  /** Only who knows all backups can tell what is left over. */
  private static int turn(Discrepancy discrepancy) {
    return switch (discrepancy) {
      case Unknown _ -> 0;
      case Leftover _ -> 2;
      default -> 1;
    };
  }
}
