package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the calls of a capture's tasks around a moment, and what was mapped there. What is long over by then is forgotten. */
public final class CallReader implements Analysis, StepSink {
  /** So many calls of a task are kept. */
  private static final int MOST_CALLS = 16;

  private static final int MOST_SIGHTS = 4096;
  private static final int MOST_CHANGES = 4096;

  /** So many steps behind the moment may show how calls end, and what others do next. */
  private static final int MOST_BEHIND = 4000;

  private final long time;
  private final Map<Integer, CallDraft> drafts = new LinkedHashMap<>();
  private final Map<Integer, Deque<CapturedCall>> calls = new LinkedHashMap<>();
  private final Deque<VmaSight> sights = new ArrayDeque<>();

  /** Stores in trees, as sights of what is stored. */
  private final Deque<VmaSight> changes = new ArrayDeque<>();

  /** VMAs made in the capture, and when: what they were before is another VMA's. */
  private final Map<Long, Long> made = new HashMap<>();

  private int behind;

  /** @param time the moment, in the capture's unit of time */
  public CallReader(long time) {
    this.time = time;
  }

  @Override
  public StepSink steps() {
    return this;
  }

  @Override
  public boolean batch(EventBatch events) {
    return behind < MOST_BEHIND;
  }

  @Override
  public boolean wantsServedFaults() {
    return false;
  }

  @Override
  public void lost(long afterAt) {
    drafts.clear();
  }

  @Override
  public void end(Pass pass) {
    drafts.forEach(this::keep);
    drafts.clear();
  }

  @Override
  public void accept(Step step) {
    behind += step.moment().time() > time ? 1 : 0;
    int pid = step.task().pid();
    if (pid <= 0 || behind >= MOST_BEHIND) {
      return;
    }
    sight(step);
    change(step);
    begin(pid, step);
    CallDraft draft = drafts.get(pid);
    if (draft != null) {
      draft.see(step);
      if (step.op() == Op.SYSCALL_EXIT) {
        draft.end();
      }
      if (step.op() == Op.VMS_GATHER_MUNMAP_VMAS || step.op() == Op.PAGE_FAULT) {
        known(step);
      }
    }
  }

  private void begin(int pid, Step step) {
    CallDraft draft = drafts.get(pid);
    boolean isNew =
        switch (step.op()) {
          case SYSCALL_ENTER -> true;
          case PAGE_FAULT -> step.isUserFault() || draft == null || draft.isOver();
          case LOCK_VMA_UNDER_RCU -> draft == null || draft.isOver() || !draft.isSystemCall() && !draft.isLookingUp();
          case TASK_SLEEPS, TASK_DIES, CONTENTION_BEGIN, PAGE_FAULT_SERVED, SYSCALL_EXIT, HANDLE_MM_FAULT_RET, MMAP_READ_UNLOCK, RCUWAIT_WAKE_UP -> false;
          default -> draft == null || draft.isOver();
        };
    if (isNew) {
      if (draft != null) {
        draft.end();
        keep(pid, draft);
      }
      drafts.put(pid, new CallDraft(pid, step.moment().time(), step.op() == Op.SYSCALL_ENTER ? copy(step.systemCall()) : null));
    }
  }

  private static SystemCall copy(SystemCall of) {
    SystemCall copy = new SystemCall();
    return copy.begin(of.kind()).arguments(of.start(), of.length(), of.flags());
  }

  private void keep(int pid, CallDraft draft) {
    if (draft.isOfTheProtocol()) {
      Deque<CapturedCall> of = calls.computeIfAbsent(pid, _ -> new ArrayDeque<>());
      of.add(draft.build());
      if (of.size() > MOST_CALLS && of.getFirst().end() < time) {
        of.removeFirst();
      }
    }
  }

  private void sight(Step step) {
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma == null) {
      return;
    }
    if (step.op() == Op.VM_AREA_ALLOC || step.op() == Op.VM_AREA_DUP) {
      made.put(vma.address(), step.moment().time());
    } else if (mm != null && step.sample().hasRange() && step.sample().end() > step.sample().start()) {
      add(new VmaSight(mm, vma.address(), new PageRange(step.sample().start(), step.sample().end() - 1), step.moment().time()));
    }
  }

  private void change(Step step) {
    MmState mm = step.mm();
    if (mm != null && (step.op() == Op.MAS_STORE || step.op() == Op.MAS_ERASE)) {
      changes.add(new VmaSight(mm, 0, step.range(), step.moment().time()));
      if (changes.size() > MOST_CHANGES) {
        changes.removeFirst();
      }
    }
  }

  /** What the tree is known to have where a call begins. */
  private void known(Step step) {
    MmState mm = step.mm();
    PageRange range = step.op() == Op.PAGE_FAULT ? new PageRange(step.address(), step.address()) : step.range();
    if (mm == null || range.first() > range.last()) {
      return;
    }
    for (VmaTree.Range there : mm.tree().within(range)) {
      VmaState vma = there.vma();
      if (vma != null && !there.isOfOneBefore()) {
        add(new VmaSight(mm, vma.address(), new PageRange(there.first(), there.last()), step.moment().time()));
      }
    }
  }

  private void add(VmaSight sight) {
    sights.add(sight);
    if (sights.size() > MOST_SIGHTS) {
      sights.removeFirst();
    }
  }

  /** The calls that are kept, of each task in its order. */
  List<CapturedCall> calls() {
    List<CapturedCall> all = new ArrayList<>();
    calls.values().forEach(all::addAll);
    return all;
  }

  /** VMAs as they were seen, in the capture's order. */
  List<VmaSight> sights() {
    return List.copyOf(sights);
  }

  /** Whether what was seen was so at a moment too: the tree did not change there between the two, and the VMA was not made since. */
  boolean isSoAt(VmaSight sight, long moment) {
    long from = Math.min(sight.time(), moment);
    long to = Math.max(sight.time(), moment);
    boolean isChanged = changes.stream().anyMatch(change -> change.mm() == sight.mm() && change.time() > from && change.time() < to && change.range().overlaps(sight.range()));
    return !isChanged && (sight.time() < moment || made.getOrDefault(sight.vma(), Long.MIN_VALUE) < moment);
  }
}
