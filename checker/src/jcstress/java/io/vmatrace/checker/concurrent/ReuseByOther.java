package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A late reader never gets another mm's VMA: memory of SLAB_TYPESAFE_BY_RCU is used again at once, so vma_start_read()
 * compares vm_mm after its increment, when the VMA can no longer change its owner (mm/mmap_lock.c, 6.17; bug B14).
 */
public final class ReuseByOther {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);
  private static final VmaLock NO_TEST = VmaLock.of(Variant.EXCLUDE_READERS.with(Mutant.M5));

  private ReuseByOther() {}

  /** A VMA of one mm, which a reader has found; the other mm is in a write section of a different number. */
  @State
  public static class Found {
    private final Mm mm = Parts.mm();
    private final Mm other = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Slab slab = new Slab(true, Vma::new);
    private final Task writer = new SpinningTask();
    private final Task reader = new SpinningTask();

    /** Both sections have begun. */
    public Found() {
      LOCK.begin(writer, mm);
      LOCK.begin(writer, other);
      LOCK.endWriteAll(writer, other);
      LOCK.begin(writer, other);
    }

    private void reuse(VmaLock lock) {
      lock.startWrite(writer, mm, vma);
      lock.markDetached(writer, mm, vma);
      slab.free(writer, mm, vma);
      Vma again = slab.allocate(writer, other, Parts.START, Parts.END);
      lock.startWrite(writer, other, again);
      lock.markAttached(writer, again);
      lock.endWriteAll(writer, other);
    }

    private String read(VmaLock lock) {
      int got = lock.startRead(reader, mm, vma, Parts.START);
      if (got != VmaLock.GOT) {
        return got == VmaLock.AGAIN ? "detached" : "refused";
      }
      boolean own = vma.mm == mm;
      lock.endRead(reader, mm, vma);
      return own ? "own" : "foreign";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "own", expect = ACCEPTABLE, desc = "before it was write-locked")
  @Outcome(id = "detached", expect = ACCEPTABLE, desc = "between its two lives")
  @Outcome(id = "refused", expect = ACCEPTABLE, desc = "write-locked, or the other mm's already")
  @Outcome(id = "foreign", expect = FORBIDDEN, desc = "a read lock of the other mm's VMA")
  public static class AsIs {
    /** munmap in one mm, mmap in the other. */
    @Actor
    public void reuse(Found s) {
      s.reuse(LOCK);
    }

    /** vma_start_read() by a task of the first. */
    @Actor
    public void read(Found s, L_Result r) {
      r.r1 = s.read(LOCK);
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"own", "detached", "refused"}, expect = ACCEPTABLE, desc = "its own, or none")
  @Outcome(id = "foreign", expect = ACCEPTABLE_INTERESTING, desc = "a read lock of the other mm's VMA")
  public static class Broken {}

  /** No owner test (M5). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoTest {
    /** munmap in one mm, mmap in the other. */
    @Actor
    public void reuse(Found s) {
      s.reuse(NO_TEST);
    }

    /** vma_start_read() by a task of the first. */
    @Actor
    public void read(Found s, L_Result r) {
      r.r1 = s.read(NO_TEST);
    }
  }

  /** The owner is tested before the increment. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class TestsFirst {
    /** munmap in one mm, mmap in the other. */
    @Actor
    public void reuse(Found s) {
      s.reuse(NO_TEST);
    }

    /** The test, and then vma_start_read(). */
    @Actor
    public void read(Found s, L_Result r) {
      r.r1 = s.vma.mm == s.mm ? s.read(NO_TEST) : "refused";
    }
  }
}
