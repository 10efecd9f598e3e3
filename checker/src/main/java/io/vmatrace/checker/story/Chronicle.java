package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.story.Draft.At;
import io.vmatrace.checker.story.Draft.Fate;
import io.vmatrace.checker.story.Draft.Holding;
import io.vmatrace.checker.story.Draft.Said;
import io.vmatrace.parser.event.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rows about one subject, in the capture's order. A system call or an acquisition of the mmap_lock is a row if its task then does
 * something to the subject; until that is known, it and what follows it wait.
 */
final class Chronicle {
  /** So many rows may wait; then the first that does is given up. */
  private static final int MOST_WAITING = 4_096;

  /** So many tasks are remembered that hold something; more are not of one story. */
  private static final int MOST_OTHERS = 64;

  /** A step that has a draft, until its effect is applied. */
  private record InHand(Draft draft, @Nullable VmaState vma, Life before) {}

  private final Subject subject;
  /** What a function does to a VMA that it has write-locked together with others. */
  private static final Set<Op> CHANGES = EnumSet.of(Op.ANON_VMA_CLONE, Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.MAS_STORE);

  private final Values values;
  private final StepText words;
  private final Landmarks landmarks;
  private final Function<At, Place> places;
  private final Consumer<StoryRow> out;
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Draft> waiting = new ArrayDeque<>();
  private final List<InHand> inHand = new ArrayList<>();
  private @Nullable Words current;
  private At at = new At(0, 0, 0, -1);
  private int pid;
  private boolean wanted = true;
  private boolean marked;
  private boolean proved;

  /** Where rows come from and go to. */
  record Ends(Function<At, Place> places, Consumer<StoryRow> out) {}

  Chronicle(Subject subject, Values values, Landmarks landmarks, Ends ends) {
    this.subject = subject;
    this.values = values;
    this.landmarks = landmarks;
    words = new StepText(subject);
    places = ends.places();
    out = ends.out();
  }

  /**
   * An event whose steps come next.
   *
   * @param isWanted whether its rows are; what is held is followed anyway
   */
  void event(At place, int task, Words words, boolean isWanted) {
    at = place;
    pid = task;
    current = words;
    wanted = isWanted;
  }

  /** A step of that event, before its effect. */
  void accept(Step step) {
    if (step.op() == Op.PAGE_FAULT_SERVED) {
      return; // another analysis of the pass wants them
    }
    boolean landmark = landmarks.has(step.moment().at());
    boolean concerned = subject.concerns(step);
    Lane lane = lanes.get(step.task().pid());
    if (lane == null) {
      if (!concerned && !landmark && !isContext(step.op())) {
        return;
      }
      lane = lanes.computeIfAbsent(step.task().pid(), of -> new Lane(of, subject));
    }
    lane.is(step.task());
    lane.decideFault(step.op() == Op.LOCK_VMA_UNDER_RCU);
    follow(step, lane, concerned, landmark);
  }

  /** What may lead to something. */
  private static boolean isContext(Op op) {
    return switch (op) {
      case SYSCALL_ENTER, MMAP_READ_LOCK, MMAP_WRITE_LOCK -> true;
      default -> false;
    };
  }

  private void follow(Step step, Lane lane, boolean concerned, boolean landmark) {
    switch (step.op()) {
      case SYSCALL_ENTER -> {
        lane.leaves();
        lane.enters(draft(step, lane, concerned || landmark ? Fate.KEPT : Fate.OPEN));
      }
      case SYSCALL_EXIT -> {
        Draft call = lane.call();
        boolean kept = call != null && call.fate() == Fate.KEPT || concerned || landmark;
        lane.leaves();
        draftIf(kept, step, lane);
      }
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> {
        boolean kept = concerned || landmark || lane.faults();
        lane.acquires(draft(step, lane, kept ? Fate.KEPT : Fate.OPEN));
      }
      case MMAP_WRITE_DOWNGRADE, MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> {
        Draft hold = lane.hold();
        draftIf(hold != null && hold.fate() == Fate.KEPT || concerned || landmark, step, lane);
        if (step.op() != Op.MMAP_WRITE_DOWNGRADE) {
          MmState mm = step.mm();
          lane.releases(mm == null ? null : StepText.hex(mm.address()));
        }
      }
      case PAGE_FAULT -> {
        if (step.isUserFault()) {
          lane.leaves();
        }
        lane.faults(concerned || landmark);
        if (concerned || landmark) {
          lane.faultsAt(draft(step, lane, landmark ? Fate.KEPT : Fate.OPEN));
        }
      }
      case LOCK_VMA_UNDER_RCU -> {
        lane.looksUp(concerned || landmark);
        draftIf(concerned || landmark, step, lane);
      }
      case VMA_START_READ, VMA_START_READ_REFUSED -> draftIf(concerned || landmark || lane.looksUp(), step, lane);
      case HANDLE_MM_FAULT -> {
        lane.handles(concerned || landmark || lane.faults());
        draftIf(lane.handles() || landmark, step, lane);
      }
      case HANDLE_MM_FAULT_RET -> draftIf(concerned || landmark || lane.handles(), step, lane);
      case TASK_SLEEPS, TASK_DIES, CONTENTION_BEGIN -> draftIf(concerned || landmark || lane.looksUp() || lane.holding(null).inside() != null, step, lane);
      case MMAP_LOCK_START, MMAP_LOCK_FAILED -> draftIf(landmark, step, lane);
      case VMA_START_WRITE_RET -> {
        VmaState vma = step.vma();
        if (concerned && vma != null && step.ret() == 0) {
          lane.writeLocks(vma);
        } else if (vma != null && step.ret() == 0 && !marked && current != null && step.task().sectionOf(step.mm()) != null) {
          lane.writeLocksAnother(vma, current.function());
        }
        draftIf(concerned || landmark, step, lane);
      }
      default -> draftIf(concerned || landmark, step, lane);
    }
  }

  private void draftIf(boolean kept, Step step, Lane lane) {
    if (kept) {
      draft(step, lane, Fate.KEPT);
    }
  }

  private Draft draft(Step step, Lane lane, Fate fate) {
    VmaState vma = step.vma();
    Draft draft = new Draft(at, lane, wanted ? fate : Fate.DROPPED, new Said(step.op().name(), words.of(step, current == null ? "" : current.kind()), subjectOf(step)));
    if (fate == Fate.KEPT) {
      named(lane);
      lane.concerns();
    }
    boolean breaks = !marked && landmarks.isBreak(step.moment().at(), step.op());
    if (breaks) {
      marked = true;
      draft.breaks(landmarks.rule());
    }
    markProof(draft);
    Change without = breaks && CHANGES.contains(step.op()) ? lane.writeLocksWithout(step.task()) : null;
    if (without != null) {
      draft.change(List.of(without));
    }
    if (vma != null && subject.tellsValuesOf(vma)) {
      draft.change(values.changed(vma, step.sample(), breaks));
    }
    boolean repeated = lane.isRepeated(draft);
    if (!repeated || landmarks.has(step.moment().at())) {
      inHand.add(new InHand(draft, vma, vma == null ? Life.UNKNOWN : vma.life()));
    }
    return draft;
  }

  private void markProof(Draft draft) {
    if (!proved && marked && landmarks.isProof(draft.at().at())) {
      proved = true;
      draft.proves(landmarks.rule());
    }
  }

  private void named(Lane lane) {
    if (current != null && lane.pid() == pid) {
      lane.named(current.comm());
    }
  }

  private static StoryRow.Subject subjectOf(Step step) {
    MmState mm = step.mm();
    VmaState vma = step.vma();
    String range = step.sample().hasRange() ? "0x%x-0x%x".formatted(step.sample().start(), step.sample().end()) : step.last() > step.first() ? step.range().toString() : null;
    return new StoryRow.Subject(
        mm == null ? null : StepText.hex(mm.address()), vma == null ? null : StepText.hex(vma.address()), vma == null ? 0 : vma.incarnation(), range);
  }

  /** The event has been applied. */
  void applied() {
    if (landmarks.has(at.at()) && inHand.isEmpty()) {
      ofEvent();
    }
    settle();
    Lane lane = lanes.get(pid);
    if (lane != null) {
      var _ = lane.holding(null);
      if (lane.isIdle() && !lane.isShown()) {
        lanes.remove(pid);
      }
    }
    current = null;
  }

  /** An event that shows no step. */
  private void ofEvent() {
    if (current != null) {
      Lane lane = lanes.computeIfAbsent(pid, of -> new Lane(of, subject));
      Draft draft = new Draft(at, lane, Fate.KEPT, new Said(current.name().toUpperCase(Locale.ROOT), StepText.ofEvent(current.name()), new StoryRow.Subject(null, null, 0, null)));
      named(lane);
      lane.concerns();
      if (!marked && landmarks.isBreak(at.at())) {
        marked = true;
        draft.breaks(landmarks.rule());
      }
      markProof(draft);
      inHand.add(new InHand(draft, null, Life.UNKNOWN));
    }
  }

  /** The effects of the steps in hand are known. */
  private void settle() {
    for (InHand step : inHand) {
      VmaState vma = step.vma();
      if (vma != null && subject.tellsValuesOf(vma) && vma.life() != step.before() && vma.life() != Life.UNKNOWN) {
        step.draft().change(List.of(new Change("state", isTold(step.before(), vma.life()) ? word(step.before()) : null, word(vma.life()))));
      }
      Holding own = step.draft().lane().holding(step.draft());
      step.draft().held(own, others(step.draft().lane()));
      waiting.add(step.draft());
    }
    inHand.clear();
    while (!waiting.isEmpty() && (waiting.getFirst().fate() != Fate.OPEN || waiting.size() > MOST_WAITING)) {
      Draft next = waiting.removeFirst();
      next.decide(Fate.DROPPED);
      if (next.fate() == Fate.KEPT) {
        out.accept(next.row(places));
      }
    }
  }

  /** From 7.0 on no event may show that a VMA is detached: what is freed was attached once. */
  private static boolean isTold(Life before, Life after) {
    return before != Life.UNKNOWN && (after != Life.FREED || before == Life.DETACHED);
  }

  private static String word(Life life) {
    return life.name().toLowerCase(Locale.ROOT);
  }

  private List<Holding> others(Lane but) {
    List<Holding> others = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      if (lane != but && !lane.isIdle() && others.size() < MOST_OTHERS) {
        others.add(lane.holding(null));
      }
    }
    return others;
  }

  /** Events may be missing up to that event. */
  void lost() {
    if (current == null) {
      return; // at the end, for what is not seen in it
    }
    giveUp();
    lanes.clear();
    subject.forget();
    settle();
    if (wanted) {
      out.accept(StoryRow.lost(places.apply(at)));
    }
  }

  /** There are no more steps. */
  void end() {
    giveUp();
    settle();
  }

  private void giveUp() {
    for (Lane lane : lanes.values()) {
      lane.decideFault(false);
      lane.decide(Fate.DROPPED);
    }
  }
}
