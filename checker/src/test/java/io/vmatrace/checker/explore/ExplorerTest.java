package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
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

  /**
   * Those that change nothing that can be seen: 0 has no flag (M9), what is not copied need not be locked (M17), and a tree that is torn down has no
   * VMA that a walk could find (NO_STABLE_CHECK).
   */
  private static final Set<String> EQUIVALENT = Set.of("M9", "M17", "NO_STABLE_CHECK");

  /** Bugs of older kernels, and the variant that shows them. */
  private static final Map<String, String> OF_OLDER =
      Map.of("no-detached-test", "rwsem", "no-detached-flag", "rwsem", "no-rcu-delay", "rwsem", "B04", "rwsem-6.4");

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

  /** Each variant without a bug of its own holds in every scenario. */
  @ParameterizedTest
  @MethodSource("sound")
  void shouldHoldInEveryScenario(String variant) {
    for (String scenario : SCENARIOS.keySet()) {
      assertThat(broken(scenario, variant(variant))).as(scenario).isEmpty();
    }
  }

  static List<String> sound() {
    return List.of("mmap-lock", "rwsem-6.4", "rwsem", "lock-store-detach-6.16", "lock-store-detach-6.18", "lock-store-detach-6.19", "lock-store-detach", "lock-range-first", "stop-readers");
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
    Design design = variant(OF_OLDER.getOrDefault(mutant, "lock-store-detach")).with(mutant);
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

  /** A task that spins where the others are done goes on for ever, and it is nobody else's turn. */
  @Test
  void shouldFindWhatNeverEnds() {
    Design own = own("  dec v vma", "again:", "  load a vma.lock_seq", "  if a != 0 goto again");
    assertThat(broken("munmap-fault", own)).isEqualTo("livelock");
  }

  /** A look-up that goes round while another task could go on is no fault: it is the other's turn. */
  @Test
  void shouldTakeTurns() {
    Exploration found = explore("brk-new", variant("lock-store-detach"));
    assertThat(found.holds()).isTrue();
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

  /** What would kill a kernel is broken there, and has a schedule; what the machine has no room for too. */
  @Test
  void shouldFindWhatIsFollowedWithoutAnythingThere() {
    assertThat(broken("munmap-fault", own("  set vma 0", "  dec v vma"))).isEqualTo("nothing-followed");
    assertThat(broken("munmap-fault", own("  set vma 0", "  vma_down_write vma"))).isEqualTo("nothing-followed");
    assertThat(broken("munmap-fault", own("  load a vma.lock_seq", "  plus a 200", "  plus a 200", "  store vma.lock_seq a"))).isEqualTo("no-room");
    Design early = Objects.requireNonNull(Design.read(List.of("variant mine: vmalock", "program fault(mm, first)", "  stable a vma.lock_seq")).variant("mine"), "mine");
    assertThat(broken("munmap-fault", early)).isEqualTo("nothing-followed");
    ExploreReport report = ExploreReport.of(scenario("munmap-fault"), own("  set vma 0", "  dec v vma"), 1000);
    assertThat(report.schedule().rows()).hasSize(report.exploration().depth()).last().extracting(Schedule.Row::step).isEqualTo("dec v vma");
  }

  /** The mmap_lock is released before pages and page tables go: another task's new mapping there loses its own. */
  @Test
  void shouldFindAMunmapThatUnlocksTooEarly() {
    List<String> early =
        """
        variant mine: vmalock seqcount owner-inside rcu-left uffd-vma-lock maps-vma-lock madvise-vma-lock killable
        program munmap(mm, first, last)
          call mmap_write_lock(mm)
          call gather(mm, first, last)
          erase mm first last
          call mmap_write_unlock(mm)
          call zap_and_free_tables(mm, first, last)
          call free_list(mm)
        """.lines().toList();
    assertThat(broken("mapped-again", Objects.requireNonNull(Design.read(early).variant("mine"), "mine"))).isEqualTo("page-in-freed-tables");
  }

  @Test
  void shouldSayThatAScenarioHasTooFewVmas() {
    List<String> few = List.of("scenario few: too few VMAs", "  mms 1  pages 1  vmas 1", "  map mm0 0 0", "  task munmap mm0 0 0", "  task mmap_fixed mm0 0 0, fault mm0 0 0");
    Design today = Objects.requireNonNull(CATALOGUE.variant("lock-store-detach"));
    Exploration found = new Explorer(Objects.requireNonNull(Scenario.read(few).get("few")), today, today.table(), 1000).explore();
    assertThat(Objects.requireNonNull(found.broken()).what()).startsWith("nobody can go on: task 1 waits at alloc").contains("does the scenario need more of them");
  }

  @Test
  void shouldSayWhatNeverEndsInItself() {
    assertThatIllegalArgumentException().isThrownBy(() -> explore("munmap-fault", own("again:", "  goto again"))).withMessageContaining("vma_mark_detached: goto again: it goes round for ever");
    assertThatIllegalArgumentException().isThrownBy(() -> explore("munmap-fault", own("  call vma_mark_detached(vma, mm)"))).withMessageContaining("line 3: vma_mark_detached calls itself");
  }

  /** Today's order with another detach. */
  private static Design own(String... lines) {
    Stream<String> head = Stream.of("variant mine: vmalock seqcount owner-inside", "program vma_mark_detached(vma, mm)");
    return Objects.requireNonNull(Design.read(Stream.concat(head, Stream.of(lines)).toList()).variant("mine"), "mine");
  }
}
