package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.story.Draft.At;
import io.vmatrace.checker.story.Draft.Begins;
import io.vmatrace.checker.story.Draft.Fate;
import io.vmatrace.checker.story.Draft.Holding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task: what it holds and is inside of, and its drafts that are not decided. */
final class Lane {
  /** More VMAs are not named. */
  private static final int MOST_OTHERS = 4;

  private final int pid;
  private final Subject subject;
  private String comm = "";
  private @Nullable TaskState task;
  private final List<Draft> open = new ArrayList<>();
  private boolean shown;

  /** The system call that it is in, and its last acquisition of an mmap_lock. */
  private @Nullable Draft call;

  private @Nullable Draft hold;
  private @Nullable Draft inner;
  private @Nullable Draft fault;

  /** Whether the look-up that it is inside of concerns the subject, or its page fault does. */
  private boolean looksUp;

  private boolean faults;
  private boolean handles;
  private @Nullable VmaState writeLocked;

  /** Other VMAs that it has write-locked since it took an mmap_lock, and the function that did so last. */
  private final List<String> others = new ArrayList<>();

  private String locksFor = "";
  private @Nullable Draft last;

  Lane(int pid, Subject subject) {
    this.pid = pid;
    this.subject = subject;
  }

  int pid() {
    return pid;
  }

  String comm() {
    return comm;
  }

  /** Whether it has rows. */
  boolean isShown() {
    return shown;
  }

  void named(String name) {
    comm = name.isEmpty() ? comm : name;
  }

  void is(TaskState state) {
    task = state;
  }

  boolean looksUp() {
    return looksUp;
  }

  void looksUp(boolean value) {
    looksUp = value;
  }

  boolean faults() {
    return faults;
  }

  void faults(boolean value) {
    faults = value;
  }

  /** Whether it is inside a handle_mm_fault() that has a row. */
  boolean handles() {
    return handles;
  }

  void handles(boolean value) {
    handles = value;
  }

  /** It has write-locked a VMA that is not the subject's, for a function. */
  void writeLocksAnother(VmaState vma, String function) {
    if (others.size() < MOST_OTHERS) {
      others.add(StepText.hex(vma.address()));
      locksFor = function;
    }
  }

  /** The VMAs that it has write-locked in this hold where the subject is not: with what that should have been write-locked. Null for none. */
  @Nullable Change writeLocksWithout(TaskState state) {
    return others.isEmpty() || vmaLock(state) == Held.WRITE ? null : new Change("write-locked for %s()".formatted(locksFor), null, String.join(", ", others));
  }

  void writeLocks(VmaState vma) {
    writeLocked = vma;
  }

  /** The system call that it is in, if its begin was seen. */
  @Nullable Draft call() {
    return call;
  }

  @Nullable Draft hold() {
    return hold;
  }

  void enters(Draft draft) {
    call = draft;
    open.add(draft);
  }

  void acquires(Draft draft) {
    others.clear();
    hold = draft;
    open.add(draft);
  }

  /** It is in a page fault, which is a row unless the look-up that comes next says the same. */
  void faultsAt(Draft draft) {
    fault = draft;
  }

  /** What its page fault has come to. */
  void decideFault(boolean looksUpNext) {
    Draft draft = fault;
    fault = null;
    if (draft != null && looksUpNext) {
      draft.decide(Fate.DROPPED);
    } else if (draft != null) {
      draft.decide(Fate.KEPT);
      concerns();
    }
  }

  /** It is in user mode, or a call begins or ends: what concerned nothing is dropped. */
  void leaves() {
    decide(Fate.DROPPED);
    call = null;
    faults = false;
    looksUp = false;
    handles = false;
  }

  /** Something of it concerns the subject, and so does what led to it. */
  void concerns() {
    decide(Fate.KEPT);
    shown = true;
  }

  void decide(Fate fate) {
    open.forEach(draft -> draft.decide(fate));
    open.clear();
  }

  /** Whether a draft says what the row before it said, as the two or three events of one tree store do; it is the last one from now on. */
  boolean isRepeated(Draft draft) {
    boolean repeated = draft.repeats(last);
    last = draft;
    return repeated;
  }

  /** Whether there is anything to remember. */
  boolean isIdle() {
    return open.isEmpty() && fault == null && call == null && hold == null && inner == null && !looksUp && !faults;
  }

  /** What it holds and is inside of now. */
  Holding holding(@Nullable Draft now) {
    TaskState state = task;
    Held mmapLock = state == null ? null : mmapLock(state);
    Held vmaLock = state == null ? null : vmaLock(state);
    String inside = state == null ? null : inside(state);
    if (mmapLock == null) {
      hold = null;
    }
    if (inside == null && vmaLock == null) {
      inner = null;
    } else if (inner == null) {
      inner = now;
    }
    return new Holding(this, mmapLock, vmaLock, inside, new Begins(call, hold, state == null ? null : lockedAt(state), state == null ? null : enteredAt(state, inside, vmaLock), inner));
  }

  private static @Nullable Held mmapLock(TaskState state) {
    Hold held = hold(state);
    return held == null ? null : held.isWrite() ? Held.WRITE : Held.READ;
  }

  /** The hold that counts: one for writing goes before others. */
  private static @Nullable Hold hold(TaskState state) {
    Hold found = null;
    for (Hold held : state.holds()) {
      found = found == null || held.isWrite() || !found.isWrite() ? held : found;
    }
    return found;
  }

  /** When the hold became what it is. */
  private static @Nullable At lockedAt(TaskState state) {
    Hold held = hold(state);
    WriteSection section = held == null ? null : held.section();
    Moment from = held == null ? null : held.isDowngraded() && section != null ? section.ended() : held.acquired();
    return from == null ? null : at(from);
  }

  private static @Nullable At at(Moment moment) {
    return moment.known() ? new At(moment.at(), 0, moment.time(), moment.cpu()) : null;
  }

  /** When the call began that it is inside of, or its hold of the VMA's lock for reading. */
  private @Nullable At enteredAt(TaskState state, @Nullable String inside, @Nullable Held vmaLock) {
    if (inside == null) {
      return vmaLock == Held.READ ? at(state.read().granted()) : null;
    }
    if (looksUp) {
      return at(state.read().entered());
    }
    if (handles) {
      return at(state.faultCall().entered());
    }
    return state.startWrite().vma() != null ? at(state.startWrite().entered()) : state.asleepIn() == null ? null : at(state.asleepIn().entered());
  }

  /** The mmap_lock of an mm is released: the hold led to nothing that concerns the subject. */
  void releases(@Nullable String mm) {
    open.stream().filter(draft -> draft.acquires(mm)).forEach(draft -> draft.decide(Fate.DROPPED));
    open.removeIf(draft -> draft.acquires(mm));
  }

  private @Nullable Held vmaLock(TaskState state) {
    VmaState vma = writeLocked;
    if (vma != null && vma.isWriteLockedIn(state.sectionOf(vma.mm()))) {
      return Held.WRITE;
    }
    VmaState read = state.read().granted().known() ? state.read().vma() : state.faultCall().isUnderVmaLock() ? state.faultCall().vma() : null;
    return read != null && subject.isAbout(read) ? Held.READ : null;
  }

  private @Nullable String inside(TaskState state) {
    looksUp &= state.read().mm() != null && !state.read().granted().known();
    if (looksUp) {
      return "lock_vma_under_rcu() at " + StepText.hex(state.read().address());
    }
    handles &= state.faultCall().vma() != null;
    if (handles) {
      return "handle_mm_fault() at " + StepText.hex(state.faultCall().address());
    }
    VmaState starting = state.startWrite().vma();
    if (starting != null && subject.isAbout(starting)) {
      return "__vma_start_write()";
    }
    VmaState waited = state.asleepIn() == null ? null : state.asleepIn().vma();
    return waited != null && subject.isAbout(waited) ? "a detach" : null;
  }
}
