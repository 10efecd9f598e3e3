package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A write section's locks end before the mmap_lock is released, so that the next section continues from its number: mmap_write_unlock()
 * calls vma_end_write_all() first (include/linux/mmap_lock.h, 7.2), and mm_lock_seq is odd in every section.
 */
public final class WriteSectionsFollow {
  private static final Variant VARIANT = Variant.EXCLUDE_READERS;
  private static final Variant LATE = VARIANT.with(Mutant.M11);
  private static final ConcurrentMmapLocking MMAP_LOCK = new ConcurrentMmapLocking(VARIANT, VmaLock.of(VARIANT));
  private static final ConcurrentMmapLocking ENDS_LATE = new ConcurrentMmapLocking(LATE, VmaLock.of(LATE));

  private WriteSectionsFollow() {}

  /** A write section of one task; another wants one. */
  @State
  public static class Section {
    private final Mm mm = Parts.mm();
    private final Task first = new SpinningTask();
    private final Task second = new GivingUpTask();

    /** The first has begun. */
    public Section() {
      MMAP_LOCK.writeLock(first, mm);
    }

    private String next(ConcurrentMmapLocking mmapLock) {
      try {
        mmapLock.writeLock(second, mm);
        return mm.lockSeq() == 3 ? "next" : "wrong";
      } catch (GivingUpTask.Asleep e) {
        return "asleep";
      }
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "asleep", expect = ACCEPTABLE, desc = "the first section continues")
  @Outcome(id = "next", expect = ACCEPTABLE, desc = "the second section has the next odd number")
  @Outcome(id = "wrong", expect = FORBIDDEN, desc = "a section of another number")
  public static class AsIs {
    /** mmap_write_unlock(). */
    @Actor
    public void end(Section s) {
      MMAP_LOCK.writeUnlock(s.first, s.mm);
    }

    /** mmap_write_lock(). */
    @Actor
    public void begin(Section s, L_Result r) {
      r.r1 = s.next(MMAP_LOCK);
    }
  }

  /** The write locks end after the release (M11). */
  @JCStressTest
  @Outcome(id = {"asleep", "next"}, expect = ACCEPTABLE, desc = "one section after the other")
  @Outcome(id = "wrong", expect = ACCEPTABLE_INTERESTING, desc = "a section of another number")
  public static class EndsLate {
    /** mmap_write_unlock(). */
    @Actor
    public void end(Section s) {
      ENDS_LATE.writeUnlock(s.first, s.mm);
    }

    /** mmap_write_lock(). */
    @Actor
    public void begin(Section s, L_Result r) {
      r.r1 = s.next(ENDS_LATE);
    }
  }
}
