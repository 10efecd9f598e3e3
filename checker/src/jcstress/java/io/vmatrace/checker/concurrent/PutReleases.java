package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmatrace.checker.protocol.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A writer that sees a reader's decrement sees all that reader's stores: vma_refcount_put() decrements with release
 * (include/linux/mmap_lock.h, 7.2). The kernel's writer has a full fence before its relaxed look and none after it
 * (docs/PROTOCOL.md, Memory order); here it proceeds by an atomic operation on vm_refcnt, which acquires.
 */
public final class PutReleases {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);

  private PutReleases() {}

  /** A VMA with one reader; the writer has the mmap_lock. */
  @State
  public static class ReadLocked {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();

    /** The reader comes first. */
    public ReadLocked() {
      LOCK.startRead(reader, mm, vma, Parts.START);
      LOCK.begin(writer, mm);
    }

    private String write() {
      try {
        LOCK.startWrite(writer, mm, vma);
        return vma.anonVma ? "seen" : "missed";
      } catch (GivingUpTask.Asleep e) {
        return "asleep";
      }
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "asleep", expect = ACCEPTABLE, desc = "the writer waits")
  @Outcome(id = "seen", expect = ACCEPTABLE, desc = "the reader's store")
  @Outcome(id = "missed", expect = FORBIDDEN, desc = "write-locked, and the reader's store is still to come")
  public static class AsIs {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s, L_Result r) {
      r.r1 = s.write();
    }

    /** A page fault prepares the anon_vma. */
    @Actor
    public void read(ReadLocked s) {
      s.vma.anonVma = true;
      LOCK.endRead(s.reader, s.mm, s.vma);
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"asleep", "seen"}, expect = ACCEPTABLE, desc = "the writer waits, or sees the reader's store")
  @Outcome(id = "missed", expect = ACCEPTABLE_INTERESTING, desc = "write-locked, and the reader's store is still to come")
  public static class Broken {}

  /** The decrement orders nothing. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class PlainDecrement {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s, L_Result r) {
      r.r1 = s.write();
    }

    /** An atomic decrement that is plain. */
    @Actor
    public void read(ReadLocked s) {
      s.vma.anonVma = true;
      int seen = s.vma.word;
      while (!Vma.REFCNT.weakCompareAndSetPlain(s.vma, seen, seen - 1)) {
        seen = s.vma.refcnt();
      }
    }
  }

  /** The reference is put before its last use. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class PutFirst {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s, L_Result r) {
      r.r1 = s.write();
    }

    /** The steps in the wrong order. */
    @Actor
    public void read(ReadLocked s) {
      LOCK.endRead(s.reader, s.mm, s.vma);
      s.vma.anonVma = true;
    }
  }
}
