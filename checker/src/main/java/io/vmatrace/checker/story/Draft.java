package io.vmatrace.checker.story;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Begun;
import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import io.vmatrace.checker.report.StoryRow.Subject;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A row in the making: whether it concerns the subject may show only later, from what its task does next. */
final class Draft {
  /** Whether it becomes a row. */
  enum Fate {
    OPEN,
    KEPT,
    DROPPED
  }

  /** Where an event is, as numbers. */
  record At(long at, long offset, long time, int cpu) {
    /** The same for a reader of that capture. */
    Place place(Account account) {
      return new Place(at, account.facts().isText() ? at : null, offset, account.time(time), cpu);
    }
  }

  /** What a task held and was inside of. */
  record Holding(Lane lane, @Nullable Held mmapLock, @Nullable Held vmaLock, @Nullable String inside, Begins begins) {
    Side side(Function<At, Place> places, boolean own) {
      At since = begins.first(own);
      return new Side(lane.pid(), lane.comm(), mmapLock, vmaLock, inside, since == null ? null : begins.begun(since, places));
    }
  }

  /**
   * The drafts at which what is in flight began; a call and a hold count if they concern the subject.
   *
   * @param call the system call that the task is in; null for none
   * @param hold the acquisition of its hold of the mmap_lock; null for none
   * @param locked when it was given the mmap_lock as it holds it now; null for not held
   * @param entered when the call began that it is inside of, or its hold of the VMA's lock for reading; null for neither
   * @param inner where it began to hold the VMA's lock, or a call that concerns the subject; null for neither
   */
  record Begins(@Nullable Draft call, @Nullable Draft hold, @Nullable At locked, @Nullable At entered, @Nullable Draft inner) {
    Begun begun(At first, Function<At, Place> places) {
      return new Begun(places.apply(first), locked == null ? null : places.apply(locked), entered == null ? null : places.apply(entered));
    }

    /** A call of another task may have nothing to do with the subject yet. */
    @Nullable At first(boolean own) {
      if (!own && inner == null && (hold == null || hold.fate != Fate.KEPT)) {
        return null;
      }
      At first = null;
      for (Draft draft : new Draft[] {inner, hold, call}) {
        if (draft != null && (draft.fate == Fate.KEPT || draft == inner)) {
          first = first == null || draft.at.at() < first.at() ? draft.at : first;
        }
      }
      return first;
    }
  }

  /** What a step was, and about what. */
  record Said(String step, String text, Subject subject) {}

  private final At at;
  private final Lane lane;
  private final String step;
  private final String text;
  private final Subject subject;
  private final List<Change> changes = new ArrayList<>();
  private Fate fate;
  private List<Holding> others = List.of();
  private @Nullable Holding own;
  private @Nullable String breaks;
  private @Nullable String proves;

  Draft(At at, Lane lane, Fate fate, Said said) {
    this.at = at;
    this.lane = lane;
    this.fate = fate;
    step = said.step();
    text = said.text();
    subject = said.subject();
  }

  Lane lane() {
    return lane;
  }

  At at() {
    return at;
  }

  Fate fate() {
    return fate;
  }

  void decide(Fate to) {
    if (fate == Fate.OPEN) {
      fate = to;
    }
  }

  void change(List<Change> more) {
    changes.addAll(more);
  }

  void breaks(String rule) {
    breaks = rule;
  }

  void proves(String rule) {
    proves = rule;
  }

  /** Whether it is the acquisition of the mmap_lock of an mm. */
  boolean acquires(@Nullable String mm) {
    return (step.equals(Op.MMAP_READ_LOCK.name()) || step.equals(Op.MMAP_WRITE_LOCK.name())) && Objects.equals(subject.mm(), mm);
  }

  /** What is held after the event. */
  void held(Holding ownHolding, List<Holding> ofOthers) {
    own = ownHolding;
    others = ofOthers;
  }

  /** Whether it is another event of the tree store that another one of the same task shows. */
  boolean repeats(@Nullable Draft other) {
    return step.startsWith("MAS_") && other != null && other.step.equals(step) && other.text.equals(text) && changes.isEmpty() && breaks == null && proves == null;
  }

  StoryRow row(Function<At, Place> places) {
    Side side = own == null ? new Side(lane.pid(), lane.comm(), null, null, null, null) : own.side(places, true);
    List<Side> sides = others.stream().filter(other -> other.lane() != lane && other.lane().isShown()).map(other -> other.side(places, false)).toList();
    return new StoryRow(places.apply(at), side, step, text, subject, List.copyOf(changes), sides, breaks, proves, 0);
  }
}
