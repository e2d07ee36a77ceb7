package dev.fairlead.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.fairlead.backup.testing.Neighbourhood;
import dev.fairlead.backup.testing.RunningService;
import dev.fairlead.backup.testing.SourceDatabase;
import dev.fairlead.stack.testing.ArchitectureRules;
import dev.fairlead.stack.testing.InSecondLane;
import dev.fairlead.stack.testing.Shared;
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

  @Test
  void theSecondLaneLeavesTheServersOfTheOthersAlone() {
    noClasses()
        .that()
        .areAnnotatedWith(InSecondLane.class)
        .should()
        .callMethod(SourceDatabase.class, "create", String.class)
        .orShould()
        .callMethod(Shared.class, "postgres")
        .orShould()
        .callMethod(Shared.class, "kafka")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(RunningService.class, Neighbourhood.class)
        .because("the tests beside it lock, count and alter what belongs to the whole of theirs")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("dev.fairlead.backup"));
  }
}
