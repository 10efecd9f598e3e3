package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.List;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;

/** vm_area_free() of a VMA with references leaves readers with freed memory; to 6.14 a VMA is born attached, so one never in a tree is no evidence. */
final class FreedOnlyDetached extends Rule {
  /** What remove_vma(), which frees what has been detached, found that was not. */
  private final PerVma<Evidence> counted = new PerVma<>();
  private final PerVma<Locked> locked = new PerVma<>();
  private final PerMm<IntObjectHashMap<LookUp>> lookUps = new PerMm<>();

  FreedOnlyDetached() {
    super(memorySafety("R59", "a VMA is detached before it is freed").since("6.4")
        .on(Op.VM_AREA_FREE, Op.REMOVE_VMA, Op.VMA_START_WRITE_RET, Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED, Op.PAGE_FAULT)
        .needs(Op.VM_AREA_FREE).byValues().orByValues().relyingOn(Fact.VMA_ATTACHED, Fact.IN_TREE)
        .sources("mm/vma_init.c vm_area_free() (vma_assert_detached(), 6.15)", "kernel/fork.c vm_area_free() (to 6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.VM_AREA_FREE) {
      checkFreed(step, checks);
    } else if (step.op() == Op.REMOVE_VMA) {
      if (step.vma() != null && step.sample().hasRefcnt() && step.sample().refcnt() != 0) {
        counted.put(step.vma(), seen(step.moment(), "remove_vma() finds vm_refcnt 0x%x".formatted(step.sample().refcnt())));
      }
    } else {
      remember(step);
    }
  }

  private void remember(Step step) {
    VmaState vma = step.vma();
    MmState mm = step.mm();
    var sample = step.sample();
    if (step.op() == Op.VMA_START_WRITE_RET) {
      if (vma != null && sample.hasRefcnt() && sample.hasRange()) {
        Locked before = locked.get(vma);
        Locked now = new Locked(sample.refcnt(), new PageRange(sample.start(), sample.end() - 1));
        locked.put(vma, before == null ? now : before.again(sample.refcnt(), sample.start(), sample.end()));
      }
    } else if (mm != null) {
      open(mm).remove(step.task().pid());
      if (step.op() == Op.LOCK_VMA_UNDER_RCU) {
        open(mm).put(step.task().pid(), new LookUp(step.moment().copy(), step.address()));
      }
    }
  }

  private IntObjectHashMap<LookUp> open(MmState mm) {
    IntObjectHashMap<LookUp> open = lookUps.get(mm);
    if (open == null) {
      open = new IntObjectHashMap<>();
      lookUps.put(mm, open);
    }
    return open;
  }

  private void checkFreed(Step step, Checks checks) {
    var sample = step.sample();
    Evidence before = step.vma() == null ? null : counted.get(step.vma());
    if (sample.hasRefcnt() && sample.refcnt() == 0 && before != null) {
      checks.restingOn();
      checks.broken("vm_area_free() of a VMA that was not detached when it was removed: the attachment, or a reader, was still counted", before);
    } else if (sample.hasRefcnt() && sample.refcnt() == 0) {
      checks.held();
    } else if (sample.hasRefcnt()) {
      broken(step, checks);
    } else if (sample.hasDetached()) {
      checkFlag(step, checks);
    }
  }

  private void broken(Step step, Checks checks) {
    int refcnt = step.sample().refcnt();
    String what = "vm_area_free() of a VMA with vm_refcnt 0x%x: ".formatted(refcnt);
    Locked before = step.vma() == null ? null : locked.get(step.vma());
    IntObjectHashMap<LookUp> open = step.mm() == null ? new IntObjectHashMap<>() : open(step.mm());
    List<LookUp> readers = before == null ? List.of() : open.select(lookUp -> before.range.contains(lookUp.address)).toList();
    if (before != null && open.isEmpty() && before.refcnt == refcnt) {
      checks.kind("not-detached");
      checks.absent("vma_mark_detached()");
      checks.brokenByValues(what + "it had been write-locked, and was not detached: the attachment is still counted");
    } else if (before == null || readers.size() != 1) {
      checks.kind(UNCLEAR);
      checks.brokenByValues(what + "the attachment, or a reader, is still counted");
    } else {
      boolean detached = before.refcnt == refcnt + 1;
      checks.kind(detached ? "under-reader" : UNCLEAR);
      checks.brokenByValues(
          what + (detached ? "it was detached and freed while the look-up of " + ACTOR + " still had its temporary reference" : "the attachment, or the look-up of " + ACTOR + " is still counted")
              + elsewhere(step, readers.getFirst().address),
          seen(readers.getFirst().entered, "the look-up begins, in the VMA's range at that time; it has not returned by then"));
    }
  }

  /** What is said of a look-up of an address that is not in the range any more: the VMA has been cut since. */
  private static String elsewhere(Step freed, long address) {
    var sample = freed.sample();
    boolean inside = !sample.hasRange() || new PageRange(sample.start(), sample.end() - 1).contains(address);
    return inside ? "" : "; it looks for 0x%x, which was in the VMA's range before".formatted(address);
  }

  private static void checkFlag(Step step, Checks checks) {
    var vma = step.vma();
    if (step.sample().detached()) {
      checks.held();
    } else if (vma != null && vma.life() == VmaState.Life.ATTACHED && vma.ranges() == 0) {
      checks.kind("not-detached");
      checks.absent("vma_mark_detached()");
      checks.broken(
          "vm_area_free() of a VMA that was in its mm's tree and was never marked detached", seen(vma.allocated(), "allocated"));
    }
  }

  /** What a VMA's count was when it was write-locked last, and all that was ever in its range. */
  private record Locked(int refcnt, PageRange range) {
    Locked again(int count, long start, long end) {
      return new Locked(count, new PageRange(Math.min(range.first(), start), Math.max(range.last(), end - 1)));
    }
  }

  /** A look-up that has not returned. */
  private record LookUp(Moment entered, long address) {}
}
