package io.vmatrace.checker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import org.junit.jupiter.api.Test;

/** Dependencies point one way. */
class CheckerArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.vmatrace.checker");

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.vmatrace.checker.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldLookDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("mm").definedBy("io.vmatrace.checker.mm")
        .layer("rule").definedBy("io.vmatrace.checker.rule")
        .layer("families").definedBy("io.vmatrace.checker.rule.*..")
        .layer("catalogue").definedBy("io.vmatrace.checker.catalogue")
        .layer("reconstruct").definedBy("io.vmatrace.checker.reconstruct")
        .layer("engine").definedBy("io.vmatrace.checker.engine")
        .layer("steps").definedBy("io.vmatrace.checker.steps")
        .layer("explore").definedBy("io.vmatrace.checker.explore")
        .layer("excerpt").definedBy("io.vmatrace.checker.excerpt")
        .layer("concurrent").definedBy("io.vmatrace.checker.concurrent")
        .layer("protocol").definedBy("io.vmatrace.checker.protocol")
        .layer("conform").definedBy("io.vmatrace.checker.conform")
        .layer("workload").definedBy("io.vmatrace.checker.workload")
        .layer("whatif").definedBy("io.vmatrace.checker.whatif")
        .layer("measure").definedBy("io.vmatrace.checker.measure")
        .layer("report").definedBy("io.vmatrace.checker.report")
        .layer("evidence").definedBy("io.vmatrace.checker.evidence")
        .layer("recipe").definedBy("io.vmatrace.checker.recipe")
        .layer("run").definedBy("io.vmatrace.checker.run")
        .layer("check").definedBy("io.vmatrace.checker.check")
        .layer("info").definedBy("io.vmatrace.checker.info")
        .layer("stats").definedBy("io.vmatrace.checker.stats")
        .layer("compare").definedBy("io.vmatrace.checker.compare")
        .layer("formats").definedBy("io.vmatrace.checker.formats")
        .layer("picture").definedBy("io.vmatrace.checker.picture")
        .layer("html").definedBy("io.vmatrace.checker.html")
        .layer("events").definedBy("io.vmatrace.checker.events")
        .layer("timeline").definedBy("io.vmatrace.checker.timeline")
        .layer("story").definedBy("io.vmatrace.checker.story")
        .layer("slice").definedBy("io.vmatrace.checker.slice")
        .whereLayer("protocol").mayOnlyBeAccessedByLayers("engine", "concurrent", "workload", "whatif", "measure")
        .whereLayer("workload").mayOnlyBeAccessedByLayers("whatif", "measure")
        .whereLayer("engine").mayOnlyBeAccessedByLayers("whatif")
        .whereLayer("steps").mayOnlyBeAccessedByLayers("explore", "conform")
        .whereLayer("explore").mayOnlyBeAccessedByLayers("excerpt")
        .whereLayer("excerpt").mayNotBeAccessedByAnyLayer()
        .whereLayer("concurrent").mayOnlyBeAccessedByLayers("measure")
        .whereLayer("conform").mayNotBeAccessedByAnyLayer()
        .whereLayer("whatif").mayNotBeAccessedByAnyLayer()
        .whereLayer("measure").mayNotBeAccessedByAnyLayer()
        .whereLayer("check").mayOnlyBeAccessedByLayers("slice")
        .whereLayer("slice").mayNotBeAccessedByAnyLayer()
        .whereLayer("formats").mayNotBeAccessedByAnyLayer()
        .whereLayer("compare").mayNotBeAccessedByAnyLayer()
        .whereLayer("html").mayOnlyBeAccessedByLayers("formats")
        .whereLayer("picture").mayOnlyBeAccessedByLayers("html")
        .whereLayer("stats").mayOnlyBeAccessedByLayers("compare", "html")
        .whereLayer("info").mayNotBeAccessedByAnyLayer()
        .whereLayer("timeline").mayNotBeAccessedByAnyLayer()
        .whereLayer("story").mayOnlyBeAccessedByLayers("check")
        .whereLayer("events").mayOnlyBeAccessedByLayers("timeline", "story")
        .whereLayer("run").mayOnlyBeAccessedByLayers("excerpt", "slice", "story", "check", "info", "stats", "events", "timeline", "picture", "conform", "whatif", "measure")
        .whereLayer("recipe").mayOnlyBeAccessedByLayers("check", "info")
        .whereLayer("evidence").mayOnlyBeAccessedByLayers("story", "recipe", "run", "check", "info", "stats", "conform", "whatif", "measure")
        .whereLayer("report").mayOnlyBeAccessedByLayers("explore", "excerpt", "slice", "story", "evidence", "check", "info", "compare", "stats", "events", "timeline", "picture", "html", "formats", "conform", "whatif", "measure")
        .whereLayer("reconstruct").mayOnlyBeAccessedByLayers("excerpt", "story", "evidence", "recipe", "run", "check", "info", "stats", "timeline", "picture", "conform", "workload", "whatif", "measure")
        .whereLayer("catalogue").mayOnlyBeAccessedByLayers("check", "info", "formats")
        .whereLayer("families").mayOnlyBeAccessedByLayers("catalogue")
        .whereLayer("rule").mayOnlyBeAccessedByLayers("families", "catalogue", "evidence", "recipe", "report", "check", "info", "html", "formats")
        .check(CLASSES);
  }

  /** What the kernel does and which values it has are the parser's words too; how a capture says it is not for these. */
  @Test
  void shouldKnowOnlyTheKernelsWordsInTheRules() {
    noClasses()
        .that().resideInAnyPackage("io.vmatrace.checker.mm..", "io.vmatrace.checker.rule..", "io.vmatrace.checker.report..")
        .should().dependOnClassesThat(
            resideInAPackage("io.vmatrace.parser..").and(not(belongToAnyOf(Op.class, Op[].class, Generation.class, Field.class, Field[].class))))
        .check(CLASSES);
  }
}
