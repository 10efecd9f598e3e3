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
 * A reader that is admitted because mm_lock_seq advanced sees what the write section changed: vma_end_write_all() orders stores before
 * the number (a release to 6.13, do_raw_write_seqcount_end()'s smp_wmb() since 6.14), and vma_start_read() acquires it with its
 * second read (raw_read_seqcount(); include/linux/mmap_lock.h and mm/mmap_lock.c, 7.2; b1f02b95758d).
 */
public final class WriteSectionPublishes {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);

  private WriteSectionPublishes() {}

  /** A VMA that is write-locked. */
  @State
  public static class WriteLocked {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new SpinningTask();
    private final Task reader = new SpinningTask();

    /** Locked at once: nobody reads yet. */
    public WriteLocked() {
      LOCK.begin(writer, mm);
      LOCK.startWrite(writer, mm, vma);
    }

    private void shrink() {
      vma.end = 0x2000;
      vma.prot = 1;
    }

    private String read() {
      if (LOCK.startRead(reader, mm, vma, Parts.START) != VmaLock.GOT) {
        return "refused";
      }
      return vma.end == 0x2000 && vma.prot == 1 ? "new" : "old";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "refused", expect = ACCEPTABLE, desc = "still write-locked")
  @Outcome(id = "new", expect = ACCEPTABLE, desc = "every change")
  @Outcome(id = "old", expect = FORBIDDEN, desc = "admitted, and a change is missing")
  public static class AsIs {
    /** vma_end_write_all(). */
    @Actor
    public void write(WriteLocked s) {
      s.shrink();
      LOCK.endWriteAll(s.writer, s.mm);
    }

    /** vma_start_read(). */
    @Actor
    public void read(WriteLocked s, L_Result r) {
      r.r1 = s.read();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"refused", "new"}, expect = ACCEPTABLE, desc = "still write-locked, or every change")
  @Outcome(id = "old", expect = ACCEPTABLE_INTERESTING, desc = "admitted, and a change is missing")
  public static class Broken {}

  /** No fence before the number. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class PlainNumber {
    /** A plain store. */
    @Actor
    public void write(WriteLocked s) {
      s.shrink();
      Privates.MM_LOCK_SEQ.set(s.mm, 2);
    }

    /** vma_start_read(). */
    @Actor
    public void read(WriteLocked s, L_Result r) {
      r.r1 = s.read();
    }
  }

  /** The write locks end before the last change (B08). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class EndsEarly {
    /** The steps in the wrong order. */
    @Actor
    public void write(WriteLocked s) {
      LOCK.endWriteAll(s.writer, s.mm);
      s.shrink();
    }

    /** vma_start_read(). */
    @Actor
    public void read(WriteLocked s, L_Result r) {
      r.r1 = s.read();
    }
  }

  /**
   * The real classes at a weak edge: a store fence does not keep the section's loads before the number (docs/PROTOCOL.md,
   * Memory order), so the writer may see a store of a reader that was admitted afterwards. TSO keeps them; a compiler need not.
   */
  @JCStressTest
  @Outcome(id = "before", expect = ACCEPTABLE, desc = "the writer read before any reader came")
  @Outcome(id = "after", expect = ACCEPTABLE_INTERESTING, desc = "the writer saw a reader that came after its section")
  public static class LoadsOfTheSection {
    /** Reads, and ends the section. */
    @Actor
    public void write(WriteLocked s, L_Result r) {
      boolean seen = s.vma.anonVma;
      LOCK.endWriteAll(s.writer, s.mm);
      r.r1 = seen ? "after" : "before";
    }

    /** A page fault prepares the anon_vma. */
    @Actor
    public void read(WriteLocked s) {
      if (LOCK.startRead(s.reader, s.mm, s.vma, Parts.START) == VmaLock.GOT) {
        s.vma.anonVma = true;
      }
    }
  }
}
