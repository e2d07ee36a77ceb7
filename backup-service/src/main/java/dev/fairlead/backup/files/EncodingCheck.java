package dev.fairlead.backup.files;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Tells at start what would fail a backup at night. The service starts all the same: databases need
 * no encoding of names.
 */
@Component
class EncodingCheck {

  private static final Logger log = LoggerFactory.getLogger(EncodingCheck.class);

  @EventListener(ApplicationReadyEvent.class)
  void warn() {
    if (!PathText.isUtf8()) {
      log.warn(
          "encoding={} next=backups-of-files-fail-where-names-are-not-ascii {}",
          PathText.ENCODING,
          PathText.UTF_8_ADVICE);
    }
  }
}
