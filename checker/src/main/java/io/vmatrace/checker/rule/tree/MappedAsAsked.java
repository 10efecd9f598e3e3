package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * A merge or expand stores its VMA over the range that vma_complete() finds in it, and mmap() clears nothing of what it has mapped. Not every
 * change of the tree shows as an event: a hint and no proof.
 */
final class MappedAsAsked extends Rule {
  private static final long PAGE_MASK = 4095;

  private final PerVma<Stored> stored = new PerVma<>();
  private final PerTask<Cleared> cleared = new PerTask<>();

  MappedAsAsked() {
    super(wrongResult("R79", "split, merge and expand change the mapped range as asked and no more").onlyPossible()
        .on(Op.MAS_STORE, Op.MAS_ERASE, Op.VMA_COMPLETE, Op.SYSCALL_EXIT).needs(Op.MAS_STORE).relyingOn(Fact.WRITE_SECTION)
        .sources("mm/vma.c commit_merge(), vma_expand(), __mmap_region() (6.12)", "mm/mmap.c vma_complete() (to 6.10)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case MAS_STORE -> stored(step, checks);
      case MAS_ERASE -> {
        if (step.task().sectionOf(step.mm()) != null) {
          cleared.put(step.task(), new Cleared(step.range(), step.moment().copy()));
        }
      }
      case VMA_COMPLETE -> completed(step, checks);
      default -> {
        if (step.systemCall().kind() == SystemCall.Kind.MMAP) {
          mapped(step, checks);
        }
      }
    }
  }

  private void stored(Step step, Checks checks) {
    Cleared last = cleared.get(step.task());
    if (last != null && last.range.overlaps(step.range())) {
      cleared.put(step.task(), null);
    }
    if (checks.areProbesSeen()) {
      keep(step); // vma_complete() compares it
    }
  }

  private void keep(Step step) {
    VmaState vma = step.vma();
    WriteSection section = step.task().sectionOf(step.mm());
    if (vma == null || section == null) {
      return;
    }
    Stored kept = stored.get(vma);
    if (kept == null) {
      kept = new Stored();
      stored.put(vma, kept);
    }
    kept.section = section;
    kept.first = step.first();
    kept.last = step.last();
    kept.at = step.moment().copy();
  }

  private void completed(Step step, Checks checks) {
    WriteSection section = step.task().innermostSection();
    VmaState vma = step.vma();
    Stored last = vma == null ? null : stored.get(vma);
    if (section == null || last == null || last.section != section || step.other() != null || !step.sample().hasRange()) {
      return; // __split_vma() stores the new VMA only inside of vma_complete()
    }
    PageRange own = new PageRange(step.sample().start(), step.sample().end() - 1);
    PageRange range = last.range();
    boolean shrinks = step.removed() == null && range.covers(own); // exec's stack: stored over both of its places first
    if (range.equals(own)) {
      checks.held();
      return;
    }
    if (shrinks) {
      return;
    }
    checks.about(section.mm(), vma);
    checks.suspect(
        "the VMA has become %s, and is stored over %s".formatted(own, range),
        seen(section.acquired(), "takes the mmap_lock for writing"), seen(last.at, "stores the VMA"));
  }

  private void mapped(Step step, Checks checks) {
    long length = step.systemCall().length();
    if (length <= 0 || step.ret() <= 0 || (step.ret() & PAGE_MASK) != 0) {
      return;
    }
    PageRange asked = new PageRange(step.ret(), step.ret() + ((length + PAGE_MASK) & ~PAGE_MASK) - 1);
    Cleared last = cleared.get(step.task());
    if (last != null && last.range.overlaps(asked)) {
      checks.suspect("mmap() returns %s, of which it has cleared %s in the tree".formatted(asked, last.range), seen(last.at, "clears the range"));
    } else {
      checks.held();
    }
  }

  /** What a write section stored last of a VMA: one object for each VMA, as each store changes it. */
  private static final class Stored {
    private @Nullable WriteSection section;
    private long first;
    private long last;
    private Moment at = new Moment();

    PageRange range() {
      return new PageRange(first, last);
    }
  }

  /** What a task cleared last in a tree, and has stored nothing in since. */
  private record Cleared(PageRange range, Moment at) {}
}
