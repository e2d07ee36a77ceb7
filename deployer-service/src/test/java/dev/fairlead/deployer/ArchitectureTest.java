package dev.fairlead.deployer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.fairlead.stack.testing.ArchitectureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("In the deployer")
class ArchitectureTest {

  private static final String ROOT = "dev.fairlead.deployer";

  @TestFactory
  @DisplayName("the rules of all services hold")
  Stream<DynamicTest> rules() {
    return ArchitectureRules.of(ROOT);
  }

  @Test
  @DisplayName("what decides knows nothing of what does")
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".rollout..", ROOT + ".plan..")
        .or()
        .haveNameMatching(
            ROOT
                + "\\.deployment\\.(Deployment|DeploymentState|Decision|Fact|Action|Admission|Progress|Doubt|Retreat|Rollback)")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.springframework..", ROOT + ".fleet..", ROOT + ".router..", "java.sql..")
        .because("a decision is tested in thousands of cases, without anything real")
        .check(ArchitectureRules.classesOf(ROOT));
  }
}
