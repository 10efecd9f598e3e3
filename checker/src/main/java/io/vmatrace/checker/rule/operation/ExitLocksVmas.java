package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** exit_mmap() write-locks every VMA, when it frees the page tables, before it frees it: its vm_lock_seq is then that of the section. */
final class ExitLocksVmas extends Rule {
  /** The first VMA of a section that was not locked, or the last that was. */
  private final PerMm<Freed> freed = new PerMm<>();

  ExitLocksVmas() {
    super(wrongResult("R75", "exit write-locks every VMA before it frees it").since("6.15").on(Op.VM_AREA_FREE, Op.EXIT_MMAP).byValues()
        .relyingOn(Fact.WRITE_SECTION).needs(Op.EXIT_MMAP, Op.VM_AREA_FREE)
        .sources("mm/memory.c free_pgtables() (6.15)", "mm/mmap.c exit_mmap()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    WriteSection section = step.mm() == null ? null : step.task().sectionOf(step.mm());
    if (step.mm() == null || section == null) {
      return;
    }
    Freed last = freed.get(step.mm());
    Freed before = last != null && last.section == section ? last : null;
    if (step.op() == Op.VM_AREA_FREE) {
      if (step.sample().hasSeqs() && (before == null || before.isLocked())) {
        freed.put(step.mm(), new Freed(section, step.moment().copy(), step.sample().lockSeq(), step.sample().mmSeq()));
      }
    } else if (before != null && before.isLocked()) {
      checks.held();
    } else if (before != null) {
      checks.broken(
          "exit_mmap() has freed a VMA that it had not write-locked: vm_lock_seq %s, mm_lock_seq %s"
              .formatted(Integer.toUnsignedString(before.lockSeq), Integer.toUnsignedString(before.mmSeq)),
          seen(section.acquired(), "exit_mmap() takes the mmap_lock for writing"),
          broke(before.at, "the VMA is freed"));
    }
  }

  /** A VMA that was freed in a section, and the numbers that it had. */
  private record Freed(WriteSection section, Moment at, int lockSeq, int mmSeq) {
    boolean isLocked() {
      return lockSeq == mmSeq || lockSeq == Sample.NEVER_LOCKED;
    }
  }
}
