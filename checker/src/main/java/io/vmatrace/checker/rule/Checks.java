package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.VmaState;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a rule tells of the step before it. */
public interface Checks {
  /** The rule was put to a known state and held. */
  void held();

  /**
   * The values of this one event break the rule, whatever else happened: no lost event can excuse it.
   *
   * @param message what is wrong, in one sentence for a kernel developer
   */
  void brokenByValues(String message);

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

  /** Suspicious, but a legal explanation is left: reported only on request, and never turns a capture red. */
  void suspect(String message, Evidence... evidence);

  /** Names what the finding is about, where that is not the step's own mm and VMA. Call it before the verdict. */
  void about(@Nullable MmState mm, @Nullable VmaState vma);

  /** An earlier event and what it shows. */
  record Evidence(Moment moment, String shows) {
    /** Keeps a copy of the moment. */
    public static Evidence of(Moment moment, String shows) {
      return new Evidence(moment.copy(), shows);
    }
  }
}
