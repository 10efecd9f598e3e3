package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.steps.Design;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
    assumeTrue(isThere("spin", "-V") && isThere("gcc", "--version"), "spin and gcc are on the path");
  }

  private static boolean isThere(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** SPIN's own reductions of the state are off: it would take states for one that differ in a local of no more use. */
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
    String said = spin(defines == null ? "" : defines);
    assertThat(said.lines().anyMatch(line -> line.endsWith("errors: 0"))).as(said).isEqualTo(found.holds());
    if (found.holds()) {
      assertThat(states(said)).isEqualTo(found.states());
    }
  }

  private static Scenario scenario(String name) {
    Scenario builtIn = Scenario.builtIn().get(name);
    return builtIn == null ? Objects.requireNonNull(Scenario.read(MORE.lines().toList()).get(name), name) : builtIn;
  }

  private static String spin(String defines) throws Exception {
    Path in = Files.createTempDirectory(folder, "spin");
    try (var model = Objects.requireNonNull(SpinTest.class.getResourceAsStream("/spin/munmap.pml"), "munmap.pml")) {
      Files.copy(model, in.resolve("munmap.pml"));
    }
    List<String> generate = new ArrayList<>(List.of("spin", "-a", "-o1", "-o2", "-o3"));
    for (String define : defines.split(" ", -1)) {
      if (!define.isEmpty()) {
        generate.add("-D" + define);
      }
    }
    generate.add("munmap.pml");
    run(in, generate);
    run(in, List.of("gcc", "-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"));
    return run(in, List.of("./pan", "-m100000"));
  }

  private static String run(Path in, List<String> command) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("%s does not end".formatted(command));
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** Of a line such as {@code 441 states, stored}. */
  private static int states(String said) {
    String line = said.lines().filter(l -> l.contains("states, stored")).findFirst().orElseThrow();
    return Integer.parseInt(line.strip().substring(0, line.strip().indexOf(' ')));
  }
}
