package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmatrace.checker.steps.Broken;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the explorer says of each variant, and of each bug that is put into one. */
class ExplorerTest {
  private static final int MOST = 5_000_000;
  private static final Design.Catalogue CATALOGUE = Design.Catalogue.builtIn();
  private static final Map<String, Scenario> SCENARIOS = Scenario.builtIn();

  /** M9 is the same protocol. */
  private static final Set<String> EQUIVALENT = Set.of("M9");

  /** Bugs of kernels to 6.14. */
  private static final Set<String> OF_RWSEM = Set.of("no-detached-test", "no-rcu-delay");

  private static Design variant(String name) {
    return Objects.requireNonNull(CATALOGUE.variant(name), name);
  }

  private static Scenario scenario(String name) {
    return Objects.requireNonNull(SCENARIOS.get(name), name);
  }

  private static Exploration explore(String scenario, Design design) {
    return new Explorer(scenario(scenario), design, design.table(), MOST).explore();
  }

  /** Empty where all invariants hold, in every state that can be reached. */
  private static String broken(String scenario, Design design) {
    Exploration found = explore(scenario, design);
    Broken broken = found.broken();
    assertThat(found.complete() || broken != null).as("%s, %s: %d states", scenario, design.name(), found.states()).isTrue();
    return broken == null ? "" : broken.id();
  }

  /** docs/PROTOCOL.md, Detach: what each order was found to do, by models that are not this one. */
  @ParameterizedTest
  @CsvSource(textBlock = """
      store-lock-detach-as-posted, munmap-fault,  detached-and-unused
      store-lock-detach,           replace-fault, page-in-freed-tables
      hole-in-tree,                replace-maps,  gap
      lock-store-detach-6.15,      reuse,         mm-used-after-free
      """)
  void shouldBreak(String variant, String scenario, String invariant) {
    assertThat(broken(scenario, variant(variant))).isEqualTo(invariant);
  }

  /** Every other variant holds in every other scenario. */
  @ParameterizedTest
  @MethodSource("landed")
  void shouldHoldInEveryScenario(String variant) {
    for (String scenario : SCENARIOS.keySet()) {
      assertThat(broken(scenario, variant(variant))).as(scenario).isEmpty();
    }
  }

  static List<String> landed() {
    return List.of("mmap-lock", "rwsem-6.4", "rwsem", "lock-store-detach-6.16", "lock-store-detach", "lock-range-first");
  }

  @ParameterizedTest
  @CsvSource({"store-lock-detach, munmap-fault", "store-lock-detach, munmap-maps", "hole-in-tree, munmap-fault", "hole-in-tree, munmap-maps", "hole-in-tree, replace-fault"})
  void shouldHoldWithTheSecondWait(String variant, String scenario) {
    assertThat(broken(scenario, variant(variant))).isEmpty();
  }

  @Test
  void shouldReachTheSecondWaitWithOneReader() {
    assertThat(explore("munmap-fault", variant("lock-store-detach")).reached()).containsKey("second_wait");
    assertThat(explore("munmap-fault", variant("mmap-lock")).reached()).doesNotContainKey("second_wait");
  }

  /** A page where the tree has nothing any more: of orders that lock what has left the tree, and of no other. */
  @Test
  void shouldSeeWhoInstallsPagesOutsideOfTheTree() {
    Set<String> outside =
        CATALOGUE.variants().values().stream()
            .filter(design -> explore("munmap-fault", design).reached().containsKey("page_where_tree_has_nothing"))
            .map(Design::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(outside).containsExactly("hole-in-tree", "store-lock-detach", "store-lock-detach-as-posted");
  }

  static Set<String> mutants() {
    return CATALOGUE.mutants().keySet();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void shouldConvictEachMutant(String mutant) {
    Design design = variant(OF_RWSEM.contains(mutant) ? "rwsem" : "lock-store-detach").with(mutant);
    Set<String> broken = SCENARIOS.keySet().stream().map(scenario -> broken(scenario, design)).filter(id -> !id.isEmpty()).collect(Collectors.toSet());
    assertThat(broken.isEmpty()).as("%s: %s", mutant, broken).isEqualTo(EQUIVALENT.contains(mutant));
  }

  @Test
  void shouldFindAShortestSchedule() {
    Design design = variant("lock-store-detach").with("M1");
    ExploreReport report = ExploreReport.of(scenario("munmap-fault"), design, MOST);
    assertThat(report.schedule().rows()).hasSize(15);
    assertThat(report.schedule().rows().getLast().function()).isEqualTo("vma_mark_detached");
    assertThat(report.schedule().rows().getLast().changes()).containsExactly("vma0.vm_refcnt 2 -> 1");
  }

  @Test
  void shouldGiveUpAfterSoManyStates() {
    Design design = variant("lock-store-detach");
    Exploration found = new Explorer(scenario("reuse"), design, design.table(), 100).explore();
    assertThat(found.complete()).isFalse();
    assertThat(found.holds()).isFalse();
  }

  /** Somebody's own order: no second wait, written as a program. */
  @Test
  void shouldTakeAnOwnProgram() {
    Design own = own("  dec v vma", "  detached_and_unused vma");
    assertThat(broken("munmap-fault", own)).isEqualTo("detached-and-unused");
  }

  @ParameterizedTest
  @CsvSource({"'  decrement v vma', decrement is no step", "'  dec v cow', cow is no register", "'  load a vma.colour', colour is no field", "'  call nothing(vma)', no program nothing"})
  void shouldSayWhichLineItDoesNotUnderstand(String line, String what) {
    Design own = own(line);
    assertThatIllegalArgumentException().isThrownBy(() -> explore("munmap-fault", own)).withMessageContaining("line 3").withMessageContaining(what);
  }

  /** Today's order with another detach. */
  private static Design own(String... lines) {
    Stream<String> head = Stream.of("variant mine: vmalock seqcount owner-inside", "program vma_mark_detached(vma, mm)");
    return Objects.requireNonNull(Design.read(Stream.concat(head, Stream.of(lines)).toList()).variant("mine"), "mine");
  }
}
