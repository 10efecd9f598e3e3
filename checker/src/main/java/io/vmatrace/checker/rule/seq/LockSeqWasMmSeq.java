package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import org.jspecify.annotations.Nullable;

/** vm_lock_seq holds a value that mm_lock_seq had in a write section: odd (6.14 on), never ahead of it, never going back; it starts at 0xffffffff. */
final class LockSeqWasMmSeq extends Rule {
  private final PerVma<Last> last = new PerVma<>();

  LockSeqWasMmSeq() {
    super(memorySafety("R11", "vm_lock_seq is a past or present value of mm_lock_seq inside a write section").since("6.4").onSamples().byValues().orByValues()
        .relyingOn(Fact.LOCK_SEQ).sources("include/linux/mmap_lock.h vma_lock_init(), __vma_start_write()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    VmaState vma = step.vma();
    if (!sample.hasLockSeq() || vma == null) {
      return;
    }
    int lockSeq = sample.lockSeq();
    String text = Integer.toUnsignedString(lockSeq);
    if (sample.hasRefcnt() && lockSeq % 2 == 0) {
      checks.kind("even");
      checks.brokenByValues("vm_lock_seq is %s: even, so no write section ever had it".formatted(text));
    } else if (sample.hasMmSeq() && lockSeq != Sample.NEVER_LOCKED && lockSeq - sample.mmSeq() > 0) {
      checks.kind("ahead");
      checks.brokenByValues("vm_lock_seq %s is ahead of mm_lock_seq %s".formatted(text, Integer.toUnsignedString(sample.mmSeq())));
    } else {
      checkPast(step, vma, checks);
    }
    see(step, vma, lockSeq);
  }

  /** A lower value that the clock does not tell to be later was there before. */
  private void see(Step step, VmaState vma, int lockSeq) {
    Last before = last.get(vma);
    boolean later = before == null || before.mm != step.mm() || lockSeq - before.lockSeq > 0 || before.since.surelyBefore(step.moment());
    if (later && (before == null || before.mm != step.mm() || lockSeq != before.lockSeq)) {
      last.put(vma, new Last(step.mm(), lockSeq, step.moment().copy()));
    }
  }

  /** A new VMA in the place of one whose end was not seen may be another mm's, or was never locked. */
  private void checkPast(Step step, VmaState vma, Checks checks) {
    Last before = last.get(vma);
    int lockSeq = step.sample().lockSeq();
    boolean known = lockSeq != Sample.NEVER_LOCKED && before != null && before.mm == step.mm();
    if (known && before != null && before.lockSeq != Sample.NEVER_LOCKED && lockSeq - before.lockSeq < 0
        && before.since.surelyBefore(step.moment())) {
      checks.kind("went-back");
      checks.broken("vm_lock_seq went back from %s to %s".formatted(Integer.toUnsignedString(before.lockSeq), Integer.toUnsignedString(lockSeq)),
          seen(before.since, "vm_lock_seq is read"));
    } else {
      checks.held();
    }
  }

  /** The value that was seen last, the mm that the VMA belonged to, and since when it had that value. */
  private record Last(@Nullable MmState mm, int lockSeq, Moment since) {}
}
