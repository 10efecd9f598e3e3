package io.vmatrace.parser;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.vmatrace.parser.capture.Captures;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and nothing grows too large. */
class ParserArchitectureTest {
  /** The main classes, which are where one of them is. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importUrl(Captures.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.vmatrace.parser.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldLookDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("bytes").definedBy("io.vmatrace.parser.bytes")
        .layer("event").definedBy("io.vmatrace.parser.event")
        .layer("rows").definedBy("io.vmatrace.parser.event.specs")
        .layer("stat").definedBy("io.vmatrace.parser.stat")
        .layer("input").definedBy("io.vmatrace.parser.input")
        .layer("text").definedBy("io.vmatrace.parser.text")
        .layer("record").definedBy("io.vmatrace.parser.record")
        .layer("ftrace").definedBy("io.vmatrace.parser.ftrace")
        .layer("tracedat").definedBy("io.vmatrace.parser.tracedat")
        .layer("perf").definedBy("io.vmatrace.parser.perf")
        .layer("perfetto").definedBy("io.vmatrace.parser.perfetto")
        .layer("capture").definedBy("io.vmatrace.parser.capture")
        .whereLayer("capture").mayNotBeAccessedByAnyLayer()
        .whereLayer("ftrace").mayOnlyBeAccessedByLayers("capture")
        .whereLayer("tracedat").mayOnlyBeAccessedByLayers("capture")
        .whereLayer("perf").mayOnlyBeAccessedByLayers("capture")
        .whereLayer("perfetto").mayOnlyBeAccessedByLayers("capture")
        .whereLayer("record").mayOnlyBeAccessedByLayers("tracedat", "perf", "perfetto", "capture")
        .whereLayer("text").mayOnlyBeAccessedByLayers("ftrace", "perf", "capture")
        .whereLayer("input").mayOnlyBeAccessedByLayers("record", "ftrace", "tracedat", "perf", "perfetto", "capture")
        .whereLayer("stat").mayOnlyBeAccessedByLayers("input", "text", "record", "ftrace", "tracedat", "perf", "perfetto", "capture")
        .whereLayer("event").mayOnlyAccessLayers("bytes")
        .whereLayer("rows").mayOnlyAccessLayers("event")
        .whereLayer("bytes").mayNotAccessAnyLayer()
        .check(CLASSES);
  }

  @Test
  void shouldMakeEventsInRowsOnly() {
    ArchRuleDefinition.noClasses()
        .that().resideOutsideOfPackages("io.vmatrace.parser.event", "io.vmatrace.parser.event.specs")
        .should().dependOnClassesThat().haveSimpleName("EventRow").orShould().dependOnClassesThat().haveSimpleName("EventFamily")
        .check(CLASSES);
  }

  @Test
  void shouldKeepCommonsCompressInOnePackage() {
    ArchRuleDefinition.noClasses()
        .that().resideOutsideOfPackages("io.vmatrace.parser.input", "io.vmatrace.parser.capture")
        .should().dependOnClassesThat().resideInAnyPackage("org.apache.commons.compress..", "com.github.luben..")
        .check(CLASSES);
  }
}
