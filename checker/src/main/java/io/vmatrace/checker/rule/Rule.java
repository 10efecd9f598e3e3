package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One rule of the protocol. What it relies on is in the step and in the states that it names, which it only reads; what it has to remember
 * of a task, mm or VMA beside that it keeps in a {@link PerTask}, {@link PerMm} or {@link PerVma}.
 */
public abstract class Rule {
  private final RuleInfo info;

  protected Rule(RuleInfo info) {
    this.info = info;
  }

  public final RuleInfo info() {
    return info;
  }

  /**
   * Looks at a step of one of its ops, before the step's effect is applied. Says nothing where the state is unknown; else says to
   * {@code checks} either that the rule held or how it was broken, once.
   */
  public abstract void check(Step step, Checks checks);

  /** The header of a rule whose violation leaves somebody with memory that is not theirs. */
  protected static RuleInfo memorySafety(String id, String claim) {
    return RuleInfo.of(id, claim, Severity.MEMORY_SAFETY);
  }

  /** The header of a rule whose violation gives a wrong result. */
  protected static RuleInfo wrongResult(String id, String claim) {
    return RuleInfo.of(id, claim, Severity.WRONG_RESULT);
  }

  /** The header of a rule whose violation lets tasks wait for ever. */
  protected static RuleInfo hang(String id, String claim) {
    return RuleInfo.of(id, claim, Severity.HANG);
  }

  /** The header of a rule whose violation only costs time. */
  protected static RuleInfo performance(String id, String claim) {
    return RuleInfo.of(id, claim, Severity.PERFORMANCE);
  }

  /** An earlier event, and what it shows. */
  protected static Evidence seen(Moment moment, String shows) {
    return new Evidence(moment.copy(), shows, false);
  }

  /** An earlier event that broke the rule, which the step in hand proves. */
  protected static Evidence broke(Moment moment, String shows) {
    return new Evidence(moment.copy(), shows, true);
  }

  /**
   * An earlier event and what it shows.
   *
   * @param breaks whether it is what broke the rule: the step in hand only proves it
   */
  public record Evidence(Moment moment, String shows, boolean breaks) {}

  /** What an mmap_lock has no event of, where a rule is broken for want of it. */
  public enum Absence {
    ACQUISITION,
    DOWNGRADE,
    RELEASE
  }

  /** Stands in a message for the task, the CPU and the time of the first evidence, as the capture has them. */
  public static final String ACTOR = "{actor}";

  /** A kind of breach of which the values do not tell which of the rule's others it is. */
  public static final String UNCLEAR = "unclear";

  /** What a rule tells of the step before it. */
  public interface Checks {
    /** Whether an event of a probe is in what was decoded so far: until then no op comes that only probes show. */
    boolean areProbesSeen();

    /** The rule was put to a known state and held: what would have broken it was seen not to be so. */
    void held();

    /**
     * The values of this one event break the rule, whatever else happened: no lost event can excuse it.
     *
     * @param message what is wrong, in one sentence for a kernel developer; {@link #ACTOR} in it is the task, CPU and time of the first evidence
     * @param evidence earlier events that say more, in the capture's order
     */
    void brokenByValues(String message, Evidence... evidence);

    /**
     * The rule is broken by this event together with what was seen before. Losses near it take this back.
     *
     * @param evidence earlier events that prove it, in the capture's order, with what each shows
     */
    void broken(String message, Evidence... evidence);

    /**
     * As {@link #broken}, but only if a condition still holds once time has moved on: an event with the same printed time on another
     * CPU may show that the order was legal.
     */
    void brokenUnless(BooleanSupplier excused, String message, Evidence... evidence);

    /**
     * The same, and only if what follows, to the capture's end, does not show that an event before this one is missing.
     *
     * @param disproved asked then
     */
    void brokenUnless(BooleanSupplier excused, BooleanSupplier disproved, String message, Evidence... evidence);

    /**
     * As {@link #broken}, for want of an event of the mmap_lock: only if the capture shows that such events of that mm were being recorded.
     *
     * @param absent what the finding's mm has no event of
     */
    void brokenForWantOf(Absence absent, String message, Evidence... evidence);

    /**
     * As {@link #broken}, by a hold that overlaps, or by the task's own: only if that one does not turn out to have ended, or not to have been
     * one.
     */
    void brokenByOverlap(Hold other, String message, Evidence... evidence);

    /** Suspicious, but a legal explanation is left: reported only on request, and never turns a capture red. */
    void suspect(String message, Evidence... evidence);

    /** Names what the finding rests on, where it is less than all that the rule's header names. Call it before the verdict. */
    void restingOn(Fact... facts);

    /**
     * Names the kind of the breach, in a word or two such as not-detached, where bugs of several kinds break the rule at one function: a part of
     * the finding's id. It says nothing that another recording of the bug may say otherwise. Call it before the verdict.
     */
    void kind(String kind);

    /** Names a function that should have been called before the event and was not, for the finding's story. Call it before the verdict. */
    void absent(String function);

    /** Names what the finding is about, where that is not the step's own mm and VMA. Call it before the verdict. */
    void about(@Nullable MmState mm, @Nullable VmaState vma);
  }
}
