package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.input.CaptureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings of real programs on clean kernels: which lock served their faults, and no violation. */
class RealProgramsTest {
  private static final Path REAL = Path.of("../../shared/captures/real");

  /** Faults under the VMA lock, under the mmap_lock and unresolved. */
  @ParameterizedTest
  @CsvSource({
    "fallback-by-later-msync, 4897, 264, 2",
    "fallback-by-later-msync-with-syscalls, 4898, 265, 0",
    "stack-growth-raw_syscalls-w0, 2122, 9, 0",
    "kernel-address-fault, 159, 58, 50",
    "userstacktrace-nested-faults, 1321, 9, 0", // 3861 more are the tracer's own
    "inconclusive-one-cpu-sigreturn, 535, 8, 0"
  })
  void shouldTellWhichLockServedEachFault(String name, long vmaLock, long mmapLock, long unresolved) throws CaptureException {
    Report report = check(name);
    assertThat(List.of(report.faults().vmaLock(), report.faults().mmapLock(), report.faults().unresolved())).containsExactly(vmaLock, mmapLock, unresolved);
    assertThat(report.verdict()).isNotEqualTo(Verdict.VIOLATION);
  }

  @Test
  void shouldTakeNoCpuForMissingWhereRtSigreturnHasNoExit() throws CaptureException {
    assertThat(check("inconclusive-one-cpu-sigreturn").verdict()).isEqualTo(Verdict.OK);
  }

  /** A shell, with a fault open, forks: it takes its own mm's lock, and in it its child's. */
  @Test
  void shouldNotBindTheParentToItsChildsMm() throws CaptureException {
    int shell = 30207;
    Report report = check("wrong-mm-after-fork");
    assertThat(report.mms()).noneMatch(mm -> mm.tasks().contains(shell) && mm.tasks().size() > 1);
  }

  private static Report check(String name) throws CaptureException {
    Path file = REAL.resolve(name + ".txt.zst");
    assumeTrue(Files.exists(file), "no capture " + file);
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
