package io.vmatrace.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The commands are each in a file of their own, and nothing knows them. */
class CliArchitectureTest {
  static final JavaClasses ALL = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.vmatrace");
  private static final JavaClasses CLI = ALL.that(JavaClass.Predicates.resideInAPackage("io.vmatrace.cli.."));

  @Test
  void shouldBeUsedByNothing() {
    noClasses()
        .that().resideOutsideOfPackage("io.vmatrace.cli..")
        .should().dependOnClassesThat().resideInAPackage("io.vmatrace.cli..")
        .check(ALL);
  }

  @Test
  void shouldRecordWithoutCommands() {
    noClasses()
        .that().resideInAPackage("io.vmatrace.cli.record..")
        .should().dependOnClassesThat().resideInAPackage("io.vmatrace.cli")
        .check(CLI);
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
}
