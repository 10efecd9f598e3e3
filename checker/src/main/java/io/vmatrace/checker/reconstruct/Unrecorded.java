package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Write locks and detaches of VMAs that values show, and that have no event. Where there is more than one, a filter lets only some events of
 * the kind through, or they were off for a while: that another one is not there proves nothing. Nor does it where all write locks that have values are
 * of new VMAs, as with a filter by vm_refcnt.
 */
final class Unrecorded {
  private static final int MOST = 1;

  private int writeLocks;
  private int detaches;
  private boolean locksNew;
  private boolean locksAttached;

  /** The VMA whose detach was missing last: remove_vma() and vm_area_free() show the same one. */
  private @Nullable KnownVma last;

  /** What a probe has read of a VMA, before that takes effect. */
  void see(Step step, KnownVma vma) {
    Sample sample = step.sample();
    boolean lockedUnseen = vma.sample(step) && step.op() != Op.VMA_START_WRITE_RET;
    if (lockedUnseen && sample.hasRefcnt()) {
      writeLocks++;
    }
    switch (step.op()) {
      case VMA_START_WRITE, VMA_START_WRITE_RET -> vma.sights().writeLocks();
      case VMA_MARK_DETACHED, VMA_MARK_DETACHED_RET -> vma.sights().detaches();
      default -> {}
    }
    if (step.op() == Op.VMA_START_WRITE && sample.hasRefcnt()) {
      locksNew |= sample.refcnt() == 0;
      locksAttached |= sample.refcnt() != 0;
    }
    boolean goes = step.op() == Op.REMOVE_VMA || step.op() == Op.VM_AREA_FREE;
    if (goes && vma.life() == Life.ATTACHED && sample.hasRefcnt() && sample.refcnt() == 0 && vma != last) {
      detaches++;
      last = vma;
    }
  }

  /** vm_area_dup() has read a VMA that it copies. */
  void copies(Step step, KnownVma original) {
    if (step.sample().has(Field.ORIG_LOCK_SEQ) && original.lockSeqRead((int) step.sample().value(Field.ORIG_LOCK_SEQ), step.moment().at())) {
      writeLocks++;
    }
  }

  /** The facts that events end of which several are missing. */
  Set<Fact> facts() {
    Set<Fact> facts = EnumSet.noneOf(Fact.class);
    if (writeLocks > MOST || locksNew && !locksAttached) {
      facts.add(Fact.VMA_NOT_WRITE_LOCKED);
    }
    if (detaches > MOST) {
      facts.add(Fact.VMA_NOT_DETACHED);
    }
    return facts;
  }
}
