package dev.fairlead.alert.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@PreAuthorize("hasRole('VIEWER')")
class NotificationController {

  private static final int MOST = 1_000;

  private final Notifications notifications;

  NotificationController(Notifications notifications) {
    this.notifications = notifications;
  }

  @GetMapping("/notifications")
  List<Notifications.Entry> latest(
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(defaultValue = "100") int limit) {
    return notifications.latest(state, Math.clamp(limit, 1, MOST));
  }
}
