package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the kernel, written once: named steps in order. A step is atomic, and between two steps other tasks may do anything.
 * Branches on local values, calls and returns are part of the step that follows.
 */
public final class Program {
  /** The kind of a step. */
  public enum Kind {
    /** Does something. */
    ACT,
    /** Tests shared state, and branches if it holds. */
    TEST,
    /** Sleeps if needed, until another task wakes it. */
    SLEEP,
    /** An event for the probes; time passes before and after it, as on a real machine. */
    PROBE,
    /** Branches on local values. */
    ON,
    CALL,
    RETURN;

    /** Whether other tasks can see it. */
    boolean isSeen() {
      return this != ON && this != CALL && this != RETURN;
    }
  }

  /** How a called operation gets its arguments. */
  public interface Arguments {
    void pass(Frame from, Frame to);
  }

  /**
   * A step.
   *
   * @param target where {@link Kind#TEST} and {@link Kind#ON} continue if they hold
   */
  public record Step(
      StepId id,
      Kind kind,
      Consumer<Frame> act,
      Predicate<Frame> test,
      @Nullable Program callee,
      Arguments arguments,
      int target) {}

  private final ProgramId id;
  private final Step[] steps;

  private Program(ProgramId id, Step[] steps) {
    this.id = id;
    this.steps = steps;
  }

  /** Which it is. */
  public ProgramId id() {
    return id;
  }

  public Step step(int pc) {
    return steps[pc];
  }

  public static Builder named(ProgramId id) {
    return new Builder(id);
  }

  /** Appends steps. Places are labels, which may be used before they are set. */
  public static final class Builder {
    private record Draft(
        StepId id,
        Kind kind,
        Consumer<Frame> act,
        Predicate<Frame> test,
        @Nullable Program callee,
        Arguments arguments,
        @Nullable String target) {}

    private static void nothing(Frame f) {}

    private static boolean always(Frame f) {
      return true;
    }

    private static void noArguments(Frame from, Frame to) {}

    private final ProgramId id;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private Builder(ProgramId id) {
      this.id = id;
    }

    private Builder add(StepId step, Kind kind, Consumer<Frame> act, Predicate<Frame> test, @Nullable String target) {
      drafts.add(new Draft(step, kind, act, test, null, Builder::noArguments, target));
      return this;
    }

    Builder act(StepId step, Consumer<Frame> act) {
      return add(step, Kind.ACT, act, Builder::always, null);
    }

    Builder probe(StepId step, Consumer<Frame> act) {
      return add(step, Kind.PROBE, act, Builder::always, null);
    }

    Builder test(StepId step, Predicate<Frame> test, String target) {
      return add(step, Kind.TEST, Builder::nothing, test, target);
    }

    Builder sleep(StepId step, Predicate<Frame> mustSleep) {
      return add(step, Kind.SLEEP, Builder::nothing, mustSleep, null);
    }

    public Builder on(Predicate<Frame> test, String target) {
      return add(StepId.NONE, Kind.ON, Builder::nothing, test, target);
    }

    Builder go(String target) {
      return on(Builder::always, target);
    }

    public Builder call(Program callee, Arguments arguments) {
      drafts.add(new Draft(StepId.NONE, Kind.CALL, Builder::nothing, Builder::always, callee, arguments, null));
      return this;
    }

    /** The result for the caller: {@link Frame#got} and {@link Frame#gotVma}. */
    Builder giveBack(Consumer<Frame> act) {
      return add(StepId.NONE, Kind.RETURN, act, Builder::always, null);
    }

    Builder giveBack() {
      return giveBack(Builder::nothing);
    }

    /** Sets a local value. */
    public Builder note(Consumer<Frame> act) {
      return add(StepId.NONE, Kind.ON, Builder::nothing, f -> {
        act.accept(f);
        return false;
      }, null);
    }

    public Builder label(String label) {
      labels.put(label, drafts.size());
      return this;
    }

    /** Adds steps that only some variants have. */
    Builder when(boolean has, Consumer<Builder> steps) {
      if (has) {
        steps.accept(this);
      }
      return this;
    }

    public Program build() {
      giveBack();
      Step[] steps = new Step[drafts.size()];
      for (int i = 0; i < steps.length; i++) {
        Draft draft = drafts.get(i);
        steps[i] = new Step(draft.id, draft.kind, draft.act, draft.test, draft.callee, draft.arguments, place(draft.target));
      }
      return new Program(id, steps);
    }

    private int place(@Nullable String target) {
      Integer place = target == null ? Integer.valueOf(-1) : labels.get(target);
      if (place == null) {
        throw new IllegalStateException(id + " has no place " + target);
      }
      return place;
    }
  }
}
