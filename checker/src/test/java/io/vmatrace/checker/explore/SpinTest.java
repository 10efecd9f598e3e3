package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.steps.Design;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model in Promela that was written from the kernel's source, apart from the step table: SPIN finds the same verdicts, and where all holds as
 * many states. Without SPIN and a C compiler on the path this is skipped.
 */
class SpinTest {
  /** Beside those that are built in. */
  private static final String MORE = """
      scenario mbind-two-faults: two faults where a policy is replaced
        mms 1  pages 1  vmas 1
        map mm0 0 0
        task mbind mm0 0 0
        task fault mm0 0 0
        task fault mm0 0 0
      scenario fails-two-faults: two faults where an unmapping fails
        mms 1  pages 1  vmas 1
        with store-may-fail
        map mm0 0 0
        task munmap mm0 0 0
        task fault mm0 0 0
        task fault mm0 0 0
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void shouldHaveSpin() {
    assumeTrue(Spin.isThere(), "spin and gcc are on the path");
  }

  @ParameterizedTest
  @CsvSource(nullValues = "-", textBlock = """
      munmap-fault,      lock-store-detach,           -,              -
      munmap-two-faults, lock-store-detach,           -,              READERS=2
      munmap-three-faults, lock-store-detach,         -,              READERS=3
      munmap-three-faults, store-lock-detach,         -,              LATE READERS=3
      munmap-fault,      store-lock-detach,           -,              LATE
      munmap-two-faults, store-lock-detach,           -,              LATE READERS=2
      munmap-fault,      store-lock-detach-as-posted, -,              LATE NO_SECOND_WAIT
      munmap-two-faults, store-lock-detach-as-posted, -,              LATE NO_SECOND_WAIT READERS=2
      munmap-fault,      lock-store-detach,           no-second-wait, NO_SECOND_WAIT
      munmap-fault,      lock-store-detach,           M1,             M1
      munmap-fault,      lock-store-detach,           M2,             M2
      munmap-fault,      lock-store-detach,           M3,             M3
      munmap-fault,      lock-store-detach,           M6,             M6
      munmap-fault,      lock-store-detach,           M8,             M8
      munmap-fault,      lock-store-detach,           M9,             M9
      munmap-two-faults, lock-store-detach,           M9,             M9 READERS=2
      munmap-fault,      lock-store-detach,           M10,            M10
      munmap-fault,      lock-store-detach,           M13,            M13
      munmap-fault,      lock-store-detach,           M14,            M14
      munmap-fault,      lock-store-detach,           M19,            M19
      munmap-fault,      lock-store-detach,           M20,            M20
      munmap-two-faults, lock-store-detach,           M8,             M8 READERS=2
      mbind-fault,       lock-store-detach,           -,              CHANGE ONE_PAGE
      mbind-fault,       lock-store-detach,           M6,             CHANGE ONE_PAGE M6
      mbind-fault,       lock-store-detach,           M20,            CHANGE ONE_PAGE M20
      all-locks,         lock-store-detach,           -,              CHANGE ONE_PAGE
      mbind-two-faults,  lock-store-detach,           -,              CHANGE ONE_PAGE READERS=2
      munmap-fails,      lock-store-detach,           -,              FAILS ONE_PAGE
      munmap-fails,      lock-store-detach,           M1,             FAILS ONE_PAGE M1
      munmap-fails,      lock-store-detach,           M8,             FAILS ONE_PAGE M8
      fails-two-faults,  lock-store-detach,           -,              FAILS ONE_PAGE READERS=2
      limit,             lock-store-detach,           -,              IDLE ONE_PAGE READERS=3
      limit,             lock-store-detach,           M7,             IDLE ONE_PAGE READERS=3 M7
      """)
  void shouldAgreeWithSpin(String scenario, String variant, @Nullable String mutant, @Nullable String defines) throws Exception {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant(variant), variant);
    Design meant = mutant == null ? design : design.with(mutant);
    Exploration found = new Explorer(scenario(scenario), meant, meant.table(), 5_000_000).explore();
    String said = Spin.run(Spin.build(folder, defines == null ? "" : defines, "-O1"), List.of("./pan", "-m100000"));
    assertThat(said.lines().anyMatch(line -> line.endsWith("errors: 0"))).as(said).isEqualTo(found.holds());
    if (found.holds()) {
      assertThat(Spin.number(said, "states, stored")).isEqualTo(found.states());
    }
  }

  private static Scenario scenario(String name) {
    Scenario builtIn = Scenario.builtIn().get(name);
    return builtIn == null ? Objects.requireNonNull(Scenario.read(MORE.lines().toList()).get(name), name) : builtIn;
  }
}
