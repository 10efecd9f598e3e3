package io.vmatrace.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands are each in a file of their own and nothing knows them; a name stands for one class of a module, and a method takes few parameters. */
class CliArchitectureTest {
  private static final int MOST_PARAMETERS = 5;
  private static final String[] FEW_PARAMETERS = {
    "io.vmatrace.cli",
    "io.vmatrace.checker.run",
    "io.vmatrace.checker.check",
    "io.vmatrace.checker.info",
    "io.vmatrace.checker.events",
    "io.vmatrace.checker.timeline",
    "io.vmatrace.checker.report",
    "io.vmatrace.checker.evidence"
  };
  private static final JavaClasses ALL = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.vmatrace");
  private static final JavaClasses CLI = ALL.that(JavaClass.Predicates.resideInAPackage("io.vmatrace.cli.."));

  @Test
  void shouldBeUsedByNothing() {
    noClasses()
        .that().resideOutsideOfPackage("io.vmatrace.cli..")
        .should().dependOnClassesThat().resideInAPackage("io.vmatrace.cli..")
        .check(ALL);
  }

  @Test
  void shouldHaveOneCommandAFile() {
    classes().that().implement(Callable.class).should().haveSimpleNameEndingWith("Command").andShould().beTopLevelClasses().check(CLI);
    classes().that().haveSimpleNameEndingWith("Command").should().implement(Callable.class).check(CLI);
    assertThat(CLI.that(JavaClass.Predicates.implement(Callable.class))).hasSameSizeAs(Vmatrace.commandLine(System.out).getSubcommands().keySet());
  }

  @Test
  void shouldHaveCommandsThatDoNotKnowEachOther() {
    for (JavaClass command : CLI.that(JavaClass.Predicates.implement(Callable.class))) {
      noClasses()
          .that().haveSimpleNameEndingWith("Command").and().doNotHaveFullyQualifiedName(command.getFullName())
          .should().dependOnClassesThat().haveFullyQualifiedName(command.getFullName())
          .check(CLI);
    }
  }

  @Test
  void shouldHaveFewParameters() {
    codeUnits().that(areWritten()).should(haveFewParameters()).check(ALL.that(JavaClass.Predicates.resideInAnyPackage(FEW_PARAMETERS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parser", "checker", "cli"})
  void shouldNameNoClassTwiceInAModule(String module) {
    List<String> names =
        ALL.that(JavaClass.Predicates.resideInAPackage("io.vmatrace.%s..".formatted(module))).stream()
            .filter(JavaClass::isTopLevelClass)
            .map(JavaClass::getSimpleName)
            .filter(name -> !name.equals("package-info"))
            .toList();
    assertThat(names).hasSizeGreaterThan(10).doesNotHaveDuplicates();
  }

  /** But lambdas, which have what they capture as parameters, and the headers of records. */
  private static DescribedPredicate<JavaCodeUnit> areWritten() {
    return DescribedPredicate.describe(
        "are written with parameters",
        unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC) && !(unit.isConstructor() && unit.getOwner().isRecord()));
  }

  private static ArchCondition<JavaCodeUnit> haveFewParameters() {
    return new ArchCondition<>("have at most %d parameters".formatted(MOST_PARAMETERS)) {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        int parameters = unit.getRawParameterTypes().size();
        events.add(new SimpleConditionEvent(unit, parameters <= MOST_PARAMETERS, "%s has %d parameters".formatted(unit.getFullName(), parameters)));
      }
    };
  }
}
