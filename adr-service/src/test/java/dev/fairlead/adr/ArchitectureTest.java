package dev.fairlead.adr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The architecture of adr-service")
class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of("dev.fairlead.adr");
  }

  @Test
  @DisplayName(
      "what a decision is, and what is wrong with one, knows no git, no database, no Spring")
  void decisionAndLintArePure() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.fairlead.adr.decision", "dev.fairlead.adr.lint")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..", "org.eclipse.jgit..", "java.sql..", "java.nio.file..")
        .because("the part that must be right is decided by its arguments alone")
        .check(ArchitectureRules.classesOf("dev.fairlead.adr"));
  }
}
