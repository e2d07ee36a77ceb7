package dev.fairlead.health;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The architecture of health-service")
class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of("dev.fairlead.health");
  }

  @Test
  @DisplayName("what decides a verdict knows no database, no Spring and no clock")
  void theAutomatonIsPure() {
    noClasses()
        .that()
        .resideInAPackage("dev.fairlead.health.verdict")
        .and()
        .doNotHaveSimpleName("Verdicts")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "java.sql..", "java.net..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .because("the part that must be right is decided by its arguments alone")
        .check(ArchitectureRules.classesOf("dev.fairlead.health"));
  }
}
