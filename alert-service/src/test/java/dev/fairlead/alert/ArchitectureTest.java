package dev.fairlead.alert;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The architecture of alert-service")
class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of("dev.fairlead.alert");
  }

  @Test
  @DisplayName("bus -> watchdog -> alert -> notification -> channel -> route, never back")
  void direction() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("bus")
        .definedBy("dev.fairlead.alert.bus..")
        .layer("watchdog")
        .definedBy("dev.fairlead.alert.watchdog..")
        .layer("alert")
        .definedBy("dev.fairlead.alert.alert..")
        .layer("notification")
        .definedBy("dev.fairlead.alert.notification..")
        .layer("channel")
        .definedBy("dev.fairlead.alert.channel..")
        .layer("route")
        .definedBy("dev.fairlead.alert.route..")
        .whereLayer("bus")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("watchdog")
        .mayOnlyBeAccessedByLayers("bus")
        .whereLayer("alert")
        .mayOnlyBeAccessedByLayers("bus", "watchdog")
        .whereLayer("notification")
        .mayOnlyBeAccessedByLayers("alert")
        .whereLayer("channel")
        .mayOnlyBeAccessedByLayers("watchdog", "alert", "notification")
        .check(ArchitectureRules.classesOf("dev.fairlead.alert"));
  }
}
