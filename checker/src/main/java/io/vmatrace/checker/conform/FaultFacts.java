package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.FaultHandler.Has;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import org.jspecify.annotations.Nullable;

/** What a fault's handler asks of a VMA, as far as the events tell: whether it has an anon_vma, and whether it may be registered with userfaultfd. */
final class FaultFacts {
  /** include/linux/mm_types.h (6.18). */
  private static final long VM_FAULT_ERROR = 0x873;

  Has anon = Has.UNKNOWN;
  Has registered = Has.UNKNOWN;

  /** The write section that it was made in. */
  private @Nullable WriteSection madeIn;

  private int sections = -1;

  /** How many write sections of the mm may have changed it without an event. */
  void sections(int so) {
    if (sections != so) {
      registered = Has.UNKNOWN;
    }
    sections = so;
  }

  /** The VMA is new, and no section has changed it. */
  void madeAfter(int so) {
    sections = so;
  }

  /** vm_area_alloc(). */
  void made(Step step) {
    anon = Has.NO;
    registered = Has.NO;
    madeIn = step.task().innermostSection();
  }

  /** vm_area_dup(); in a fork the child may not be registered. */
  void copied(Step step, FaultFacts from) {
    anon = from.anon;
    registered = from.registered == Has.NO ? Has.NO : Has.UNKNOWN;
    madeIn = step.task().innermostSection();
  }

  /** A merge keeps the anon_vma of what it takes (mm/vma.c, dup_anon_vma()). */
  void merged(FaultFacts taken) {
    anon = anon.merged(taken.anon);
    registered = registered == taken.registered ? registered : Has.UNKNOWN;
  }

  /** A write lock: where no other reason for it is known, the VMA may be registered, or no longer (fs/userfaultfd.c, an ioctl). */
  void writeLocked(Step step) {
    WriteSection section = step.task().innermostSection();
    boolean isOther = section != null && section == madeIn || step.task().isInCallOnOwnMm() || step.task().forkParent() != null;
    if (!isOther) {
      registered = Has.UNKNOWN;
    }
  }

  /** move_page_tables(): what is left behind may lose its anon_vma (MREMAP_DONTUNMAP). */
  void moved() {
    anon = Has.UNKNOWN;
  }

  /** handle_mm_fault() is over: where it has prepared an anon_vma, there is one. */
  void handled(Step step) {
    if (step.task().faultCall().prepared().known() && step.hasRet() && (step.ret() & (VM_FAULT_ERROR | FaultFlags.VM_FAULT_RETRY)) == 0) {
      anon = Has.YES;
    }
  }

  /** The facts of the VMA that a step names, or null where it is not followed. */
  static @Nullable FaultFacts of(VmaFollower vmas, @Nullable VmaState vma) {
    FollowedVma known = vma == null ? null : vmas.known(vma);
    return known == null ? null : known.facts;
  }

  /** What a step tells of its VMAs. */
  static void follow(VmaFollower vmas, Step step) {
    FaultFacts of = of(vmas, step.vma());
    if (of == null) {
      return;
    }
    switch (step.op()) {
      case VM_AREA_ALLOC -> of.made(step);
      case VM_AREA_DUP -> {
        FaultFacts from = of(vmas, step.other());
        of.copied(step, from == null ? new FaultFacts() : from);
      }
      case VMA_START_WRITE -> of.writeLocked(step);
      case USERFAULTFD_SET_CTX -> of.registered = Has.UNKNOWN;
      case MOVE_PAGE_TABLES -> of.moved();
      case HANDLE_MM_FAULT_RET -> of.handled(step);
      case VMA_COMPLETE -> {
        FaultFacts taken = of(vmas, step.removed());
        if (step.removed() != null) {
          of.merged(taken == null ? new FaultFacts() : taken);
        }
      }
      default -> {}
    }
  }
}
