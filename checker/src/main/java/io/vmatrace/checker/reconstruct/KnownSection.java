package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A write section, as the reconstruction keeps it. */
final class KnownSection implements WriteSection {
  private static final Set<Op> OF_WRITERS =
      EnumSet.of(
          Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET, Op.VMA_MARK_DETACHED, Op.VMA_MARK_DETACHED_RET, Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.MAS_STORE,
          Op.MAS_ERASE, Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.MM_DROP_ALL_LOCKS);

  private static final Set<Op> OF_MUNMAP = EnumSet.of(Op.REMOVE_VMA, Op.VM_AREA_FREE);

  private final KnownMm mm;
  private final KnownTask task;
  private final Moment acquired;
  private final Moment ended = new Moment();
  private List<KnownVma> detached = List.of();

  /** mm_lock_seq as its holder read it first, and where in the capture first and last; 0 for never. */
  private int mmSeq;

  private long seqFirstAt;
  private long seqLastAt;
  private long shownAt;

  /** mm_lock_seq as its holder read it last before it or in it. */
  private int readSeq;

  private boolean isSeqRead;

  /** The range that it has gathered for munmap; empty at first. */
  private long gatherFirst;

  private long gatherLast = -1;
  private long jumpedAfter;
  private boolean endedUnseen;

  KnownSection(KnownMm mm, KnownTask task, Moment acquired) {
    this.mm = mm;
    this.task = task;
    this.acquired = acquired;
    isSeqRead = task.seqMm == mm;
    readSeq = task.seqRead;
  }

  @Override
  public KnownMm mm() {
    return mm;
  }

  @Override
  public KnownTask task() {
    return task;
  }

  @Override
  public Moment acquired() {
    return acquired;
  }

  @Override
  public Moment ended() {
    return ended;
  }

  @Override
  public boolean isOneAround(long at) {
    return seqFirstAt > 0 && seqFirstAt <= at && seqLastAt >= at && jumpedAfter == 0;
  }

  /** Its holder reads mm_lock_seq, which stays the same in one section: a later one means that it ended unseen, unless it goes back again. */
  void mmSeqSeen(int value, long at) {
    if (seqFirstAt == 0) {
      mmSeq = value;
      seqFirstAt = at;
    } else if (value - mmSeq > 0 && jumpedAfter == 0) {
      jumpedAfter = seqLastAt;
    } else if (value - mmSeq <= 0) {
      jumpedAfter = 0;
    }
    seqLastAt = at;
  }

  @Override
  public long shownUpTo() {
    return Math.max(jumpedAfter == 0 ? seqLastAt : jumpedAfter, shownAt);
  }

  /** A task's step: if only a writer does that, its section lasts up to there; munmap() frees its VMAs after the downgrade too. */
  static void shown(Step step, KnownTask task) {
    if (task.holds().isEmpty()) {
      return; // as for most faults
    }
    KnownHold hold = OF_WRITERS.contains(step.op()) || OF_MUNMAP.contains(step.op()) ? task.holdOf(step.mm()) : null;
    KnownSection section = hold == null ? null : hold.section();
    if (hold == null || section == null) {
      return;
    }
    boolean shows = hold.isDowngraded() ? section.isItsMunmap(step) : OF_WRITERS.contains(step.op());
    if (shows) {
      section.shownAt = step.moment().at();
    }
  }

  /**
   * Whether a VMA that the holder frees after a downgrade is one that this section took out of the tree: one that came there later takes two more
   * sections, its mapping and its munmap, and mm_lock_seq advances by one or two in each.
   */
  private boolean isItsMunmap(Step step) {
    VmaState vma = step.vma();
    if (vma == null || !OF_MUNMAP.contains(step.op()) || !step.sample().hasMmSeq() || !isSeqRead) {
      return false;
    }
    boolean isDetachedInIt = vma.life() == Life.DETACHED && vma.detached().at() > acquired.at();
    boolean isGatheredInIt = step.sample().hasRange() && step.sample().start() >= gatherFirst && step.sample().end() - 1 <= gatherLast;
    int since = step.sample().mmSeq() - readSeq;
    return (isDetachedInIt || isGatheredInIt) && since >= 0 && since <= 2;
  }

  /** Its holder gathers a range for munmap. */
  void gathers(long first, long last) {
    gatherFirst = first;
    gatherLast = last;
  }

  /** Its holder reads mm_lock_seq in it. */
  void seqRead(int value) {
    readSeq = value;
    isSeqRead = true;
  }

  @Override
  public boolean isOf(int seq) {
    return seqFirstAt > 0 && jumpedAfter == 0 && seq == mmSeq;
  }

  @Override
  public boolean isNotOf(int seq) {
    return seqFirstAt > 0 && jumpedAfter == 0 && seq != mmSeq;
  }

  @Override
  public boolean isLaterThan(int seq) {
    return isNotOf(seq) && (seq == Sample.NEVER_LOCKED || mmSeq - seq > 0);
  }

  @Override
  public boolean isEndedAt(int seq) {
    return seqFirstAt > 0 && jumpedAfter == 0 && ended.known() && seq == mmSeq + 1;
  }

  /** The holder has downgraded, and reads mm_lock_seq: if it is that of this section, ended, there was no other one to the downgrade. */
  void mmSeqSeenDowngraded(int value) {
    if (seqFirstAt > 0 && ended.known() && value == mmSeq + 1) {
      seqLastAt = Math.max(seqLastAt, ended.at());
    }
  }

  /** The last place before another section, whose begin was not seen; 0 for none. */
  long jumpedAfter() {
    return jumpedAfter;
  }

  @Override
  public boolean isOpen() {
    return !ended.known() && !endedUnseen;
  }

  /** Its holder shows without the hold: it is over, and nothing says since when. */
  void endUnseen() {
    endedUnseen = true;
    mm.sectionEndedUnseen(this);
  }

  /** A VMA was marked detached in it. */
  void detach(KnownVma vma) {
    if (detached.isEmpty()) {
      detached = new ArrayList<>(); // most sections detach nothing
    }
    detached.add(vma);
  }

  /**
   * The mmap_lock is released without a downgrade: what was detached and is not freed by now has been attached again, and no event
   * says so (mm/vma.c vms_abort_munmap_vmas(), 6.15 to 7.3: the store of a munmap found no memory).
   */
  void reattach() {
    if (detached.isEmpty()) {
      return;
    }
    for (KnownVma vma : detached) {
      if (vma.life() == Life.DETACHED && vma.detached().at() > acquired.at()) {
        vma.forget();
      }
    }
  }
}
