package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * Who stores a VMA at a second place takes it from the first one before the write section ends. Not every clear shows as an event, so two places
 * are a hint and no proof; and only what one section stores is compared, as an address may be another VMA's later.
 */
final class OneRangeOfAVma extends Rule {
  private final PerVma<Stored> stored = new PerVma<>();
  private final PerMm<Apart> aparts = new PerMm<>();

  OneRangeOfAVma() {
    super(memorySafety("R50", "a VMA has one range in the tree").onlyPossible().on(Op.MAS_STORE, Op.MAS_ERASE, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)
        .needs(Op.MAS_ERASE).relyingOn(Fact.WRITE_SECTION)
        .sources("mm/vma.c vma_iter_store*(), vma_complete() (6.12)", "mm/internal.h vma_iter_store() (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    WriteSection section = step.task().sectionOf(step.mm());
    if (section == null) {
      return;
    }
    switch (step.op()) {
      case MAS_STORE -> changed(step, section, checks);
      case MAS_ERASE -> overwritten(step, section);
      default -> ended(section, checks);
    }
  }

  private void changed(Step step, WriteSection section, Checks checks) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    Stored before = stored.get(vma);
    boolean first = before == null || before.section != section;
    if (before == null) {
      before = new Stored(section);
      stored.put(vma, before);
    }
    if (first) {
      before.begin(section, step);
      overwritten(step, section);
      checks.held();
    } else if (before.touches(step)) {
      before.add(step);
      checks.held();
    } else {
      aparts.put(section.mm(), new Apart(section, vma, new PageRange(before.first, before.last), step.range(), step.moment().copy()));
    }
  }

  /** Something else comes to one of the two places. */
  private void overwritten(Step step, WriteSection section) {
    Apart apart = aparts.get(section.mm());
    if (apart != null && (apart.first.overlaps(step.range()) || apart.second.overlaps(step.range()))) {
      aparts.put(section.mm(), null);
    }
  }

  private void ended(WriteSection section, Checks checks) {
    Apart apart = aparts.get(section.mm());
    if (apart == null) {
      return;
    }
    aparts.put(section.mm(), null);
    if (apart.section == section) {
      checks.about(section.mm(), apart.vma);
      checks.suspect(
          "the write section ends, and has stored one VMA at two places, %s and %s".formatted(apart.first, apart.second),
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(apart.at, "stores the VMA at the second place"));
    }
  }

  /** What a section has stored of a VMA: the ranges from the first on that touch each other, as one. One object for each VMA, as each store changes it. */
  private static final class Stored {
    private WriteSection section;
    private long first;
    private long last;

    Stored(WriteSection section) {
      this.section = section;
    }

    void begin(WriteSection by, Step step) {
      section = by;
      first = step.first();
      last = step.last();
    }

    boolean touches(Step step) {
      return step.first() <= last + 1 && first <= step.last() + 1;
    }

    void add(Step step) {
      first = Math.min(first, step.first());
      last = Math.max(last, step.last());
    }
  }

  /** Two ranges of a VMA that do not touch each other. */
  private record Apart(WriteSection section, VmaState vma, PageRange first, PageRange second, Moment at) {}
}
