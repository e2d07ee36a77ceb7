package dev.fairlead.stack.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;

/**
 * The rules that all services share, each with its reason. A service's {@code ArchitectureTest} is
 *
 * <pre>
 * &#64;TestFactory
 * Stream&lt;DynamicTest&gt; rules() {
 *   return ArchitectureRules.of("dev.fairlead.deployer");
 * }
 * </pre>
 *
 * and adds the direction of its own packages.
 */
public final class ArchitectureRules {

  private static final List<String> SERVICES =
      List.of("deployer", "backup", "health", "alert", "adr", "console");

  private ArchitectureRules() {}

  /** A test for each rule, over the classes of {@code root} that are not tests. */
  public static Stream<DynamicTest> of(String root) {
    JavaClasses classes = classesOf(root);
    return Stream.of(
            otherServicesAreMetOnKafkaOnly(root),
            kafkaAppearsOnlyInTheBus(),
            featuresDependOneWay(root),
            timeIsAnArgument(),
            constructorsSayWhatIsNeeded(),
            namesSayWhatIsMeant(),
            packagesAreNounsOfTheDomain(),
            logsGoThroughSlf4j(),
            absenceIsDeclared())
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(classes)));
  }

  /** For rules of a service's own. */
  public static JavaClasses classesOf(String root) {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(root);
  }

  private static ArchRule otherServicesAreMetOnKafkaOnly(String root) {
    String[] others =
        SERVICES.stream()
            .map(service -> "dev.fairlead." + service)
            .filter(service -> !root.startsWith(service))
            .map(service -> service + "..")
            .toArray(String[]::new);
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because("services meet on Kafka only, so that each can be stopped or upgraded alone");
  }

  private static ArchRule kafkaAppearsOnlyInTheBus() {
    return noClasses()
        .that()
        .resideOutsideOfPackages("..bus..", "..outbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..", "org.springframework.kafka..", "org.springframework.cloud..")
        .because("what a fact means is independent of how it travels")
        .allowEmptyShould(true);
  }

  private static ArchRule featuresDependOneWay(String root) {
    return slices()
        .matching(root + ".(*)..")
        .should()
        .beFreeOfCycles()
        .because("what depends on each other can only be understood, and changed, together")
        .allowEmptyShould(true);
  }

  private static ArchRule timeIsAnArgument() {
    return noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDate.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("a test turns the hands of a Clock; it cannot turn those of the machine");
  }

  private static ArchRule constructorsSayWhatIsNeeded() {
    return noFields()
        .should()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
        .orShould()
        .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
        .because("a constructor shows what an object needs, and a test can call it")
        .allowEmptyShould(true);
  }

  private static ArchRule namesSayWhatIsMeant() {
    return noClasses()
        .should()
        .haveNameMatching(".*\\.(Abstract\\w*|\\w*(Impl|Utils?|Helper|Manager))")
        .because("such a name says nothing of the domain");
  }

  private static ArchRule packagesAreNounsOfTheDomain() {
    return noClasses()
        .should()
        .resideInAnyPackage(
            "..controller..",
            "..controllers..",
            "..repository..",
            "..repositories..",
            "..dto..",
            "..impl..",
            "..util..",
            "..config..")
        .because("HTTP and SQL of a feature live with the feature");
  }

  private static ArchRule logsGoThroughSlf4j() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("only the log keeps secrets out of what is written");
  }

  private static ArchRule absenceIsDeclared() {
    return classes()
        .should(resideInANullMarkedPackage())
        .because("NullAway only looks into packages that are @NullMarked");
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a @NullMarked package") {
      @Override
      public void check(JavaClass one, ConditionEvents events) {
        boolean marked = one.getPackage().isAnnotatedWith(NullMarked.class);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  one, one.getName() + ": " + one.getPackageName() + " has no @NullMarked"));
        }
      }
    };
  }
}
