package dev.fairlead.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArchitectureTest {

  @TestFactory
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of("dev.fairlead.backup");
  }

  @Test
  void thePipelinesKnowNoSpringAndNoCatalogue() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.fairlead.backup.archive",
            "dev.fairlead.backup.dump",
            "dev.fairlead.backup.postgres",
            "dev.fairlead.backup.store")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.springframework..", "dev.fairlead.service..")
        .because("a backup is made of databases, bytes and stores, whoever keeps the books")
        .check(ArchitectureRules.classesOf("dev.fairlead.backup"));
  }
}
