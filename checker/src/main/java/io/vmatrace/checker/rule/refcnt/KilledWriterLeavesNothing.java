package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * A writer that SIGKILL takes out of its wait gives the exclude-readers flag back and has not locked anything: nobody but itself can have
 * set the flag or vm_lock_seq, since it still holds the mmap_lock for writing.
 */
final class KilledWriterLeavesNothing implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R10",
          "a killed __vma_start_write() leaves neither the exclude-readers flag nor a lock",
          Severity.HANG,
          EnumSet.of(Generation.EXCLUDE_READERS),
          List.of("mm/mmap_lock.c __vma_start_exclude_readers(), __vma_start_write() (7.0)",
          "commits faf3c923523e, 3dbe36b36690"),
          EnumSet.of(Op.VMA_START_WRITE_RET),
          EnumSet.of(Op.VMA_START_WRITE_RET),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    if (!step.hasRet() || !sample.hasRefcnt()) {
      return;
    }
    if (step.ret() == 0) {
      checks.held();
    } else if (sample.refcnt() > 0 && (sample.refcnt() & Sample.EXCLUDE_READERS) != 0) {
      checks.brokenByValues("__vma_start_write() returned %d and left vm_refcnt 0x%x, with the exclude-readers flag".formatted(step.ret(), sample.refcnt()));
    } else if (sample.hasSeqs() && sample.lockSeq() == sample.mmSeq()) {
      checks.brokenByValues(
          "__vma_start_write() returned %d and left vm_lock_seq %s, as if it had the lock"
              .formatted(step.ret(), Integer.toUnsignedString(sample.lockSeq())));
    } else {
      checks.held();
    }
  }
}
