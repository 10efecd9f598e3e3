package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A detach waits for a spurious reader and is woken: vma_mark_detached() decrements
 * (include/linux/mmap_lock.h, 7.2), and adds the flag if anything is left (__vma_exclude_readers_for_detach(), mm/mmap_lock.c). A reader
 * reads vm_mm before its decrement.
 */
public final class DetachWaits {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);
  private static final VmaLock NO_WAIT = VmaLock.of(Variant.EXCLUDE_READERS.with(Mutant.M1));
  private static final VmaLock NO_WAKE = VmaLock.of(Variant.EXCLUDE_READERS.with(Mutant.M8));

  private DetachWaits() {}

  /** A write-locked VMA, and a reader that has incremented and not looked again. */
  @State
  public static class Referenced {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean asleep;
    private boolean owned;

    /** The reader enters before the number is set. */
    public Referenced() {
      LOCK.begin(writer, mm);
      LOCK.startWrite(writer, mm, vma);
      Vma.REFCNT.getAndAddAcquire(vma, 1);
    }

    private void detach(VmaLock lock) {
      try {
        lock.markDetached(writer, mm, vma);
        vma.mm = null;
      } catch (GivingUpTask.Asleep e) {
        asleep = true;
      }
    }

    private void put(VmaLock lock) {
      owned = vma.mm == mm;
      lock.endRead(reader, mm, vma);
    }

    private String outcome() {
      if (!owned) {
        return "gone";
      }
      return !asleep ? "detached" : writer.woken ? "woken" : "lost";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "detached", expect = ACCEPTABLE, desc = "the reader had gone when the detach ended")
  @Outcome(id = "woken", expect = ACCEPTABLE, desc = "the detach slept, and the reader saw it")
  @Outcome(id = "gone", expect = FORBIDDEN, desc = "the VMA was given back under the reader")
  @Outcome(id = "lost", expect = FORBIDDEN, desc = "the detach sleeps for ever")
  public static class AsIs {
    /** vma_mark_detached(), and the VMA gets another owner. */
    @Actor
    public void detach(Referenced s) {
      s.detach(LOCK);
    }

    /** vma_refcount_put(). */
    @Actor
    public void put(Referenced s) {
      s.put(LOCK);
    }

    /** The outcome. */
    @Arbiter
    public void judge(Referenced s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"detached", "woken"}, expect = ACCEPTABLE, desc = "the reader had gone, or was seen")
  @Outcome(id = "gone", expect = ACCEPTABLE_INTERESTING, desc = "the VMA was given back under the reader")
  @Outcome(id = "lost", expect = ACCEPTABLE_INTERESTING, desc = "the detach sleeps for ever")
  public static class Broken {}

  /** The second wait returns at once (M1). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoWait {
    /** vma_mark_detached(), and the VMA gets another owner. */
    @Actor
    public void detach(Referenced s) {
      s.detach(NO_WAIT);
    }

    /** vma_refcount_put(). */
    @Actor
    public void put(Referenced s) {
      s.put(NO_WAIT);
    }

    /** The outcome. */
    @Arbiter
    public void judge(Referenced s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Readers wake only a writer, not a detach (M8). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoWake {
    /** vma_mark_detached(), and the VMA gets another owner. */
    @Actor
    public void detach(Referenced s) {
      s.detach(NO_WAKE);
    }

    /** vma_refcount_put(). */
    @Actor
    public void put(Referenced s) {
      s.put(NO_WAKE);
    }

    /** The outcome. */
    @Arbiter
    public void judge(Referenced s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
