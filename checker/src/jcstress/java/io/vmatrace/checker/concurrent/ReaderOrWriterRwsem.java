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
 * The same for the rw_semaphore: down_read_trylock() acquires, and vm_lock_seq is read again after it
 * (vma_start_read() and __vma_start_write(), include/linux/mm.h, 6.12).
 */
public final class ReaderOrWriterRwsem {
  private static final VmaLock LOCK = VmaLock.of(Variant.RWSEM);
  private static final VmaLock ONE_LOOK = VmaLock.of(Variant.RWSEM.with(Mutant.M6));

  private ReaderOrWriterRwsem() {}

  /** An attached VMA; the writer has the mmap_lock. */
  @State
  public static class Attached {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean read;
    private boolean written;

    private void write(VmaLock lock) {
      try {
        lock.begin(writer, mm);
        lock.startWrite(writer, mm, vma);
        written = true;
      } catch (GivingUpTask.Asleep e) {
        written = false;
      }
    }

    private void read(VmaLock lock) {
      read = lock.startRead(reader, mm, vma, Parts.START) == VmaLock.GOT;
    }

    private String outcome() {
      return read ? written ? "both" : "reader" : written ? "writer" : "writer after reader";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "reader", expect = ACCEPTABLE, desc = "the reader has it, and the writer waits")
  @Outcome(id = "writer", expect = ACCEPTABLE, desc = "the writer has it, and the reader was refused")
  @Outcome(id = "writer after reader", expect = ACCEPTABLE, desc = "the writer waits for a reader whose second read refuses it")
  @Outcome(id = "both", expect = FORBIDDEN, desc = "read-locked and write-locked")
  public static class AsIs {
    /** vma_start_write(). */
    @Actor
    public void write(Attached s) {
      s.write(LOCK);
    }

    /** vma_start_read(). */
    @Actor
    public void read(Attached s) {
      s.read(LOCK);
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Attached s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"reader", "writer", "writer after reader"}, expect = ACCEPTABLE, desc = "one of them")
  @Outcome(id = "both", expect = ACCEPTABLE_INTERESTING, desc = "read-locked and write-locked")
  public static class Broken {}

  /** vm_lock_seq is read before the increment only (M6). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class OneLook {
    /** vma_start_write(). */
    @Actor
    public void write(Attached s) {
      s.write(ONE_LOOK);
    }

    /** vma_start_read() without its second read of the number. */
    @Actor
    public void read(Attached s) {
      s.read(ONE_LOOK);
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Attached s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
