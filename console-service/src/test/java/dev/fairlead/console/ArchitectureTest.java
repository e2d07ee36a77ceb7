package dev.fairlead.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The architecture of console-service")
class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of("dev.fairlead.console");
  }

  @Test
  @DisplayName("it is a window: it tells no facts of its own")
  void tellsNoFacts() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.fairlead.service.outbox..")
        .because("what the console shows belongs to the services that told it")
        .check(ArchitectureRules.classesOf("dev.fairlead.console"));
  }
}
