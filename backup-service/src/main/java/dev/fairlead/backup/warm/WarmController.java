package dev.fairlead.backup.warm;

import dev.fairlead.backup.restore.WarmCopies;
import dev.fairlead.backup.restore.WarmCopy;
import dev.fairlead.events.BackupId;
import dev.fairlead.events.DatabaseId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class WarmController {

  private final WarmCopies copies;

  WarmController(WarmCopies copies) {
    this.copies = copies;
  }

  @GetMapping("/warm-copies")
  List<View> list() {
    return copies.all().stream().map(View::of).toList();
  }

  record View(
      DatabaseId database,
      BackupId backup,
      String name,
      String state,
      Instant requestedAt,
      @Nullable Instant endedAt,
      @Nullable String detail,
      @Nullable String advice) {

    static View of(WarmCopy copy) {
      return new View(
          copy.database(),
          copy.backup(),
          copy.name(),
          copy.state().name().toLowerCase(Locale.ROOT),
          copy.requestedAt(),
          copy.endedAt(),
          copy.detail(),
          copy.advice());
    }
  }
}
