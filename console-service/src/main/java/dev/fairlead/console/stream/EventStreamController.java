package dev.fairlead.console.stream;

import dev.fairlead.console.ConsoleSettings;
import dev.fairlead.console.journal.Journal;
import dev.fairlead.console.journal.JournalBell;
import dev.fairlead.console.journal.JournalEntry;
import dev.fairlead.console.journal.JournalFilter;
import dev.fairlead.console.journal.JournalReader;
import dev.fairlead.events.Topic;
import dev.fairlead.service.problem.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The journal as server-sent events, each with its number as the id. */
@RestController
class EventStreamController {

  /** A reader is told so much later at most; it spares looking again for each single event. */
  private static final Duration PACE = Duration.ofMillis(100);

  /** How long a reader may be behind what another instance of the console wrote. */
  private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

  private final Journal journal;
  private final JournalBell bell;
  private final ConsoleSettings settings;

  EventStreamController(Journal journal, JournalBell bell, ConsoleSettings settings) {
    this.journal = journal;
    this.bell = bell;
    this.settings = settings;
  }

  /**
   * Streams events until the reader leaves: what follows {@code Last-Event-ID}, or the number in
   * {@code after} (0 for all that is kept), or only what is new.
   */
  @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  SseEmitter events(
      @RequestParam @Nullable String topic,
      @RequestParam @Nullable String application,
      @RequestParam @Nullable String correlation,
      @RequestParam @Nullable Long after,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId,
      HttpServletResponse response) {
    JournalFilter filter = JournalFilter.of(topicNamed(topic), application, correlation);
    response.setHeader("X-Accel-Buffering", "no");
    response.setHeader("Cache-Control", "no-store");
    SseEmitter emitter = new SseEmitter(0L);
    Thread.ofVirtual()
        .name("event-stream")
        .start(() -> stream(emitter, journal.reader(filter, start(lastEventId, after))));
    return emitter;
  }

  private long start(@Nullable Long lastEventId, @Nullable Long after) {
    if (lastEventId != null) {
      return lastEventId;
    }
    return after != null ? after : journal.newest();
  }

  private void stream(SseEmitter emitter, JournalReader reader) {
    try {
      emitter.send(SseEmitter.event().comment("connected"));
      sendForEver(emitter, reader);
    } catch (IOException | IllegalStateException _) {
      emitter.complete(); // the reader left
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      emitter.complete();
    } catch (RuntimeException e) {
      emitter.completeWithError(e); // the reader comes back with its Last-Event-ID
    }
  }

  private void sendForEver(SseEmitter emitter, JournalReader reader)
      throws IOException, InterruptedException {
    long quietSince = System.nanoTime();
    while (true) {
      long heard = bell.rings();
      List<JournalEntry> entries = reader.next();
      for (JournalEntry entry : entries) {
        emitter.send(
            SseEmitter.event()
                .id(Long.toString(entry.number()))
                .name(entry.name())
                .data(entry.json()));
        quietSince = System.nanoTime();
      }
      if (System.nanoTime() - quietSince > settings.heartbeat().toNanos()) {
        emitter.send(SseEmitter.event().comment("still here"));
        quietSince = System.nanoTime();
      }
      if (entries.isEmpty()) {
        bell.await(heard, LONGEST_NAP);
        Thread.sleep(PACE);
      }
    }
  }

  private static @Nullable Topic topicNamed(@Nullable String name) {
    if (name == null) {
      return null;
    }
    return Arrays.stream(Topic.values())
        .filter(topic -> topic.shortName().equals(name))
        .findFirst()
        .orElseThrow(() -> unknownTopic(name));
  }

  private static Refusal unknownTopic(String name) {
    String known =
        Arrays.stream(Topic.values()).map(Topic::shortName).collect(Collectors.joining(", "));
    return new Refusal(
        HttpStatus.BAD_REQUEST,
        "unknown-topic",
        "there is no topic '%s'".formatted(name),
        "use one of " + known);
  }
}
