package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.protocol.Variant;
import java.util.function.Supplier;

/** Compares observed values with those that a variant allows, and keeps the mismatches. */
final class RefcountComparison {
  /**
   * An observed outcome.
   *
   * @param function the kernel function that it is of
   * @param model the VMA that it is of
   */
  record Outcome(Step step, String function, VmaModel model) {}

  private final Variant variant;
  private final ConformanceResult result;
  private final LookUps lookUps;

  RefcountComparison(Variant variant, ConformanceResult result, LookUps lookUps) {
    this.variant = variant;
    this.result = result;
    this.lookUps = lookUps;
  }

  /** mm_lock_seq as the holder of the mmap_lock for writing reads it (docs/PROTOCOL.md, Sequence numbers). */
  void section(Step step, VmaModel model) {
    Sample sample = step.sample();
    MmState mm = step.mm();
    if (!sample.hasMmSeq() || mm == null || step.task().sectionOf(mm) == null) {
      return;
    }
    int seq = sample.mmSeq();
    if (variant.seqIsSeqcount()) {
      compare(new Outcome(step, "mmap_write_lock", model), (seq & 1) == 1, () -> "mm_lock_seq %d in a write section".formatted(seq), () -> "an odd one");
    }
    if (mm.isMmSeqKnown()) {
      long sections = mm.sectionsBegun() - mm.mmSeqSections();
      int ahead = seq - mm.mmSeq();
      int each = variant.seqIsSeqcount() ? 2 : 1;
      boolean fits = sections == 0 ? ahead == 0 : ahead < 0 || ahead >= sections * each; // less: another mm at the same address
      compare(new Outcome(step, "mmap_write_lock", model), fits, () -> "mm_lock_seq %d, %d write sections after %d".formatted(seq, sections, mm.mmSeq()), () -> sections == 0 ? "the same in one section" : "at least %d more".formatted(sections * each));
    }
  }

  /** vm_refcnt against the possible sum of references; each look-up may hold a temporary one. */
  void refcnt(Outcome outcome, int least, int most) {
    Step step = outcome.step();
    VmaModel model = outcome.model();
    int value = step.sample().refcnt();
    boolean excluded = (value & Sample.EXCLUDE_READERS) != 0;
    int references = value & ~Sample.EXCLUDE_READERS;
    int lookUpsNow = lookUps.at(step.moment(), step.task());
    if (!model.isKnown()) {
      model.fit(references, step.moment());
      return;
    }
    if (excluded && step.task().sectionOf(step.mm()) != null) {
      mismatch(outcome, "vm_refcnt 0x%x: readers are excluded".formatted(value), "no flag: the only task that could set it holds the mmap_lock and is here");
    } else if (references < least) {
      mismatch(outcome, "vm_refcnt 0x%x".formatted(value), "at least %d references".formatted(least));
    } else if (excluded && !model.mayBeExcludedAt(step.moment(), step.task())) {
      result.unexplained(0, step);
    } else if (references > most + lookUpsNow) {
      result.unexplained(references - most - lookUpsNow, step);
    } else {
      result.allowed();
      return;
    }
    model.fit(references, step.moment());
  }

  /** The text is made only for a mismatch. */
  void compare(Outcome outcome, boolean fits, Supplier<String> observed, Supplier<String> allowed) {
    if (fits) {
      result.allowed();
    } else {
      mismatch(outcome, observed.get(), allowed.get());
    }
  }

  void mismatch(Outcome outcome, String observed, String allowed) {
    result.mismatch(outcome.step(), outcome.function(), observed, allowed, state(outcome.model()));
  }

  String state(VmaModel model) {
    return "%s; look-ups under way: %s".formatted(model, lookUps);
  }
}
