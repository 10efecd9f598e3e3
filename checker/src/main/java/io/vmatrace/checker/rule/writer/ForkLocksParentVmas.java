package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** fork write-locks each VMA of the parent before it copies it, so that no fault installs a page that only one of the two sees (bug B01). */
final class ForkLocksParentVmas extends Rule {
  private final PerTask<Moment> lastCopied = new PerTask<>();

  ForkLocksParentVmas() {
    super(memorySafety("R72", "fork write-locks each parent VMA before it copies it").since("6.4").on(Op.VM_AREA_DUP)
        .reading(Field.ORIG_LOCK_SEQ, Field.ORIG_MM_SEQ).orByValues()
        .relyingOn(Fact.FORKING, Fact.WRITE_SECTION, Fact.VMA_NOT_WRITE_LOCKED).sources("fb49c455323f (6.5, 6.4.3)", "kernel/fork.c dup_mmap()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var parent = step.task().forkParent();
    var original = step.other();
    if (parent == null || original == null) {
      return;
    }
    Moment before = lastCopied.get(step.task());
    lastCopied.put(step.task(), step.moment().copy());
    checks.about(parent, original);
    var sample = step.sample();
    if (sample.has(Field.ORIG_LOCK_SEQ) && sample.has(Field.ORIG_MM_SEQ)) {
      judge(sample, checks);
      return;
    }
    var section = step.task().sectionOf(parent);
    if (section == null) {
      return;
    }
    if (original.isWriteLockedIn(section)) {
      checks.held();
    } else if (original.isNotWriteLockedIn(section)) {
      checks.absent("__vma_start_write()");
      checks.broken(
          "fork copies a VMA of the parent that it has not write-locked",
          seen(section.acquired(), "fork takes the parent's mmap_lock for writing"),
          seen(before == null || before.at() < section.acquired().at() ? new Moment() : before, "fork copies the VMA before it"));
    }
  }

  private static void judge(Sample sample, Checks checks) {
    if (sample.value(Field.ORIG_LOCK_SEQ) == sample.value(Field.ORIG_MM_SEQ)) {
      checks.held();
    } else {
      checks.restingOn(Fact.FORKING);
      checks.broken(
          "fork copies a VMA of the parent that it has not write-locked: vm_lock_seq %d, mm_lock_seq %d"
              .formatted(sample.value(Field.ORIG_LOCK_SEQ), sample.value(Field.ORIG_MM_SEQ)));
    }
  }
}
