package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.vmatrace.checker.protocol.Variant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * The variant stop-readers, which was discussed only: a reader counts itself and then reads whether readers are stopped, a writer stops
 * them and then reads whether any is counted. At most one of them continues.
 */
public final class StopReadersExcludes {
  private static final VmaLock LOCK = VmaLock.of(Variant.STOP_READERS);

  private StopReadersExcludes() {}

  /** A VMA in the tree. */
  @State
  public static class Mapped {
    private final Mm mm = Parts.mm();
    private final Vma vma = Parts.attached(mm);
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean read;
    private boolean written;

    /** Nobody reads yet. */
    public Mapped() {
      mm.store(Parts.START, Parts.END - 1, vma);
    }

    private void write() {
      try {
        LOCK.begin(writer, mm);
        written = true;
      } catch (GivingUpTask.Asleep e) {
        written = false;
      }
    }

    private String outcome() {
      return read ? written ? "both" : "reader" : written ? "writer" : "writer after reader";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "reader", expect = ACCEPTABLE, desc = "the writer waits")
  @Outcome(id = "writer", expect = ACCEPTABLE, desc = "the reader was refused")
  @Outcome(id = "writer after reader", expect = ACCEPTABLE, desc = "the writer waits for a reader that backs out")
  @Outcome(id = "both", expect = FORBIDDEN, desc = "a reader in a write section")
  public static class AsIs {
    /** mmap_write_lock(). */
    @Actor
    public void write(Mapped s) {
      s.write();
    }

    /** Starts to read. */
    @Actor
    public void read(Mapped s) {
      s.read = LOCK.startRead(s.reader, s.mm, s.vma, Parts.START) == VmaLock.GOT;
    }

    /** Which of them continues. */
    @Arbiter
    public void judge(Mapped s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"reader", "writer", "writer after reader"}, expect = ACCEPTABLE, desc = "one of them")
  @Outcome(id = "both", expect = ACCEPTABLE_INTERESTING, desc = "a reader in a write section")
  public static class Broken {}

  /** The reader reads the flag, and then counts itself. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class LooksFirst {
    /** mmap_write_lock(). */
    @Actor
    public void write(Mapped s) {
      s.write();
    }

    /** The steps in the wrong order. */
    @Actor
    public void read(Mapped s) {
      if (!s.mm.readersStopped) {
        s.mm.readers.increment();
        s.read = true;
      }
    }

    /** Which of them continues. */
    @Arbiter
    public void judge(Mapped s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** The writer's store may still be in its store buffer when it reads. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class NoFenceOfWriter {
    /** A plain store and a plain read. */
    @Actor
    public void write(Mapped s) {
      Privates.READERS_STOPPED.set(s.mm, true);
      s.written = s.mm.readers.word == 0;
    }

    /** Starts to read. */
    @Actor
    public void read(Mapped s) {
      s.read = LOCK.startRead(s.reader, s.mm, s.vma, Parts.START) == VmaLock.GOT;
    }

    /** Which of them continues. */
    @Arbiter
    public void judge(Mapped s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
