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
 * A writer that waits is woken: it registers, and reads vm_refcnt after a full fence
 * (rcuwait_wait_event(), include/linux/rcuwait.h; __vma_start_exclude_readers(), mm/mmap_lock.c, 7.2); the reader decrements, and reads
 * the waiter after a full fence (vma_refcount_put(), include/linux/mmap_lock.h; rcuwait_wake_up(), kernel/exit.c). One of them sees
 * the other.
 */
public final class ReaderWakesWriter {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);
  private static final VmaLock LOOKS_FIRST = VmaLock.of(Variant.EXCLUDE_READERS.with(Mutant.M20));

  private ReaderWakesWriter() {}

  /** A VMA with one reader; the writer has the mmap_lock. */
  @State
  public static class ReadLocked {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean asleep;

    /** The reader comes first. */
    public ReadLocked() {
      LOCK.startRead(reader, mm, vma, Parts.START);
      LOCK.begin(writer, mm);
    }

    private void write(VmaLock lock) {
      try {
        lock.startWrite(writer, mm, vma);
      } catch (GivingUpTask.Asleep e) {
        asleep = true;
      }
    }

    private String outcome() {
      return !asleep ? "not asleep" : writer.woken ? "woken" : "lost";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "not asleep", expect = ACCEPTABLE, desc = "the writer saw that the reader had gone")
  @Outcome(id = "woken", expect = ACCEPTABLE, desc = "the writer slept, and the reader saw it")
  @Outcome(id = "lost", expect = FORBIDDEN, desc = "the writer sleeps for ever")
  public static class AsIs {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s) {
      s.write(LOCK);
    }

    /** vma_end_read(). */
    @Actor
    public void read(ReadLocked s) {
      LOCK.endRead(s.reader, s.mm, s.vma);
    }

    /** Whether it sleeps. */
    @Arbiter
    public void judge(ReadLocked s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"not asleep", "woken"}, expect = ACCEPTABLE, desc = "one saw the other")
  @Outcome(id = "lost", expect = ACCEPTABLE_INTERESTING, desc = "the writer sleeps for ever")
  public static class Broken {}

  /** The writer reads vm_refcnt before it registers (M20). */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class LooksFirst {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s) {
      s.write(LOOKS_FIRST);
    }

    /** vma_end_read(). */
    @Actor
    public void read(ReadLocked s) {
      LOOKS_FIRST.endRead(s.reader, s.mm, s.vma);
    }

    /** Whether it sleeps. */
    @Arbiter
    public void judge(ReadLocked s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** The writer registers and reads vm_refcnt, with no fence between. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoFenceOfWriter {
    /** The flag, the registration, the read. */
    @Actor
    public void write(ReadLocked s) {
      Vma.REFCNT.getAndAdd(s.vma, Vma.EXCLUDE_READERS);
      s.mm.prepareToRcuwait(s.writer);
      s.asleep = s.vma.refcnt() != Vma.EXCLUDE_READERS + 1;
    }

    /** vma_end_read(). */
    @Actor
    public void read(ReadLocked s) {
      LOCK.endRead(s.reader, s.mm, s.vma);
    }

    /** Whether it sleeps. */
    @Arbiter
    public void judge(ReadLocked s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** The reader decrements and reads the waiter, with no fence between. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoFenceOfReader {
    /** vma_start_write(). */
    @Actor
    public void write(ReadLocked s) {
      s.write(LOCK);
    }

    /** vma_end_read(). */
    @Actor
    public void read(ReadLocked s) {
      int left = (int) Vma.REFCNT.getAndAddRelease(s.vma, -1) - 1;
      Task waits = s.mm.writerWait;
      if (left > Vma.EXCLUDE_READERS && waits != null) {
        waits.wake();
      }
    }

    /** Whether it sleeps. */
    @Arbiter
    public void judge(ReadLocked s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
