package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A task that now and then is slow, and looks whether what must hold does. Who uses a VMA says so before it looks who else does, so of
 * two that must not be there together at least one sees the other.
 */
final class StressTask extends Task {
  /** Ends a task when something is broken. */
  static final class Halted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** More references to one VMA than there are tasks. */
  private static final int TOO_MANY = 1 << 16;

  private static final int STEPS_BETWEEN_MOODS = 500;

  /** The mood of being slow at every step of the VMA lock. */
  private static final int IN_VMA_LOCK = 0;

  private final Variant variant;
  private final SplittableRandom random;

  /** What broke first, as "RULE: what". */
  private final AtomicReference<@Nullable String> broken;

  private final boolean delays;

  /** At which steps it is slow. */
  private int mood = 1;

  private final List<StressVma> marked = new ArrayList<>();

  StressTask(Variant variant, SplittableRandom random, AtomicReference<@Nullable String> broken, boolean delays) {
    this.variant = variant;
    this.random = random;
    this.broken = broken;
    this.delays = delays;
  }

  SplittableRandom random() {
    return random;
  }

  private void haltIfBroken() {
    if (broken.get() != null) {
      throw new Halted();
    }
  }

  void demand(boolean held, String rule, Supplier<String> what) {
    if (!held) {
      broken.compareAndSet(null, rule + ": " + what.get());
      throw new Halted();
    }
  }

  /**
   * Most races need one task to stand still between two certain steps for as long as others need for whole operations, and some need two
   * to do so: each is slow at some steps for a while, and then at others.
   */
  @Override
  void step(StepId step) {
    haltIfBroken();
    if (!delays) {
      return;
    }
    if (random.nextInt(STEPS_BETWEEN_MOODS) == 0) {
      mood = random.nextInt(4) == 0 ? IN_VMA_LOCK : random.nextInt() | 1;
    }
    if (isSlowAt(step.toString()) && random.nextBoolean()) {
      sleep();
    } else if (random.nextInt(16) == 0) {
      spin(500);
    }
  }

  private boolean isSlowAt(String name) {
    return mood == IN_VMA_LOCK ? name.startsWith("refcount_") || name.startsWith("vm_") : (name.hashCode() * mood >>> 29) == 0;
  }

  private void spin(int most) {
    for (int i = random.nextInt(most); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  private void sleep() {
    try {
      Thread.sleep(0, random.nextInt(200_000));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  void park() {
    haltIfBroken();
    super.park();
    haltIfBroken();
  }

  private boolean hasReferences() {
    return variant.isRefcounted() && variant.detach() != Variant.Detach.STOP_READERS;
  }

  private boolean hasWriteLocks() {
    return hasReferences() || variant.generation() == Generation.RWSEM;
  }

  @Override
  void reads(Mm mm, Vma of, long address) {
    StressVma vma = (StressVma) of;
    vma.readers.incrementAndGet();
    look(mm, vma, address);
    spin(50);
    look(mm, vma, address);
    vma.readers.decrementAndGet();
  }

  private void look(Mm mm, StressVma vma, long address) {
    demand(vma.allocated, "R60", () -> vma + " is read and was freed");
    demand(vma.mm == mm, "R16", () -> vma + " is read and is another mm's");
    demand(vma.covers(address), "R17", () -> vma + " is read at another address");
    demand(vma.writer == null, "R32", () -> vma + " is read and write-locked");
    demand(!vma.copied, "R72", () -> vma + " is read and fork is copying it");
    demand(!hasReferences() || (vma.refcnt() & ~Vma.EXCLUDE_READERS) != 0, "R15", () -> vma + " is read and detached");
  }

  /** In every mm the same range is always mapped. */
  @Override
  void sees(Mm mm, long from, long next) {
    boolean gap = Math.max(from, Stress.ALWAYS_FIRST) <= Math.min(next - 1, Stress.ALWAYS_LAST);
    demand(!gap, "gap", () -> "a walk found nothing from 0x%x to 0x%x, which is always mapped".formatted(from, next));
  }

  @Override
  void copies(Vma of, boolean begins) {
    StressVma vma = (StressVma) of;
    vma.copied = begins;
    demand(!begins || vma.readers.get() == 0, "R72", () -> vma + " is copied by fork under a reader");
  }

  /** In 6.15 and 6.16.0 it may be one that is gone: bug B14. */
  @Override
  void wakes(Mm mm) {
    boolean known = variant.ownerTest() == Variant.OwnerTest.LATE;
    demand(known || mm.count.get() > 0, "R34", () -> "a reader wakes a writer of an mm that was freed");
  }

  @Override
  void writeLocks(Vma of) {
    StressVma vma = (StressVma) of;
    vma.writer = this;
    marked.add(vma);
    demand(vma.readers.get() == 0, "R32", () -> vma + " is write-locked under a reader");
  }

  @Override
  void changes(Mm mm, Vma of) {
    StressVma vma = (StressVma) of;
    boolean locked = this.equals(vma.writer) && vma.lockSeq() == mm.lockSeq();
    demand(!hasWriteLocks() || locked, "R37", () -> vma + " is changed and not write-locked");
  }

  @Override
  void detaches(Vma of) {
    StressVma vma = (StressVma) of;
    demand(this.equals(vma.writer), "R29", () -> vma + " is detached and not write-locked");
  }

  @Override
  void refcnt(Vma vma, int value) {
    demand(value >= 0 && (value & ~Vma.EXCLUDE_READERS) < TOO_MANY, "R01", () -> "%s had refcnt 0x%x".formatted(vma, value));
  }

  @Override
  void allocates(Vma of) {
    StressVma vma = (StressVma) of;
    demand(!vma.allocated, "R61", () -> vma + " is given out twice");
    vma.allocated = true;
  }

  @Override
  void frees(Mm mm, Vma of) {
    StressVma vma = (StressVma) of;
    demand(vma.allocated, "R61", () -> vma + " is freed twice");
    vma.allocated = false;
    vma.writer = null;
    marked.remove(vma);
    demand(vma.readers.get() == 0, "R60", () -> vma + " is freed under a reader");
    demand(!variant.isRefcounted() || vma.refcnt() == 0, "R60", () -> vma + " is freed with references");
    demand(mm.users.get() == 0 || mm.unstable || !isInTree(mm, vma), "R55", () -> vma + " is freed and still in the tree");
  }

  private static boolean isInTree(Mm mm, Vma vma) {
    ConcurrentMapleTree tree = mm.tree();
    return IntStream.range(0, tree.size()).anyMatch(slot -> tree.vma(slot) == vma);
  }

  @Override
  void freesPageTables(Mm mm, long first, long last) {
    demand(!mm.pages.isAny(first, last), "R66", () -> "page tables from 0x%x to 0x%x are freed and not empty".formatted(first, last));
  }

  @Override
  void sectionEnds(Mm mm) {
    ConcurrentMapleTree tree = mm.tree();
    for (int i = 0; i < tree.size(); i++) {
      StressVma vma = (StressVma) tree.vma(i);
      demand(vma.allocated && vma.mm == mm, "R50", () -> vma + " is in the tree and not the mm's");
      demand(tree.first(i) == vma.start && tree.last(i) == vma.last(), "R49", () -> vma + " is elsewhere in the tree");
      demand(!hasReferences() || (vma.refcnt() & ~Vma.EXCLUDE_READERS) != 0, "R51", () -> vma + " is in the tree and detached");
      demand(vma.refcnt() < Vma.EXCLUDE_READERS, "R08", () -> vma + " shuts readers out for ever");
    }
    demand(!hasWriteLocks() || (mm.lockSeq() & 1) == 1, "R12", () -> "mm_lock_seq %d is even in a write section".formatted(mm.lockSeq()));
    marked.removeIf(vma -> isUnlocked(mm, vma));
  }

  /** Fork has write sections of two mms, one inside the other. */
  private static boolean isUnlocked(Mm mm, StressVma vma) {
    boolean of = mm.equals(vma.mm);
    if (of) {
      vma.writer = null;
    }
    return of;
  }
}
