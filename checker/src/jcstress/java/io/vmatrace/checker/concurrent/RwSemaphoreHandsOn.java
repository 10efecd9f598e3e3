package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A waiter is handed the rw_semaphore: a writer sets the flag of waiters and reads the count again, a reader releases and then reads
 * that flag (rwsem_down_write_slowpath(), rwsem_wake(), kernel/locking/rwsem.c, 7.2). The reader's stores are visible by then.
 */
public final class RwSemaphoreHandsOn {
  private static final int WRITER = 1;
  private static final int WAITERS = 1 << 1;
  private static final int READER = 1 << 8;

  private RwSemaphoreHandsOn() {}

  /** A semaphore with one reader. */
  @State
  public static class Read {
    private final ConcurrentRwSemaphore lock = new ConcurrentRwSemaphore();
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean asleep;
    private boolean missed;
    private int value;

    /** The reader comes first. */
    public Read() {
      lock.tryRead(reader);
    }

    private void write() {
      try {
        lock.write(writer);
        missed = value == 0;
      } catch (GivingUpTask.Asleep e) {
        asleep = true;
      }
    }

    private String outcome() {
      if (missed) {
        return "missed";
      }
      return !asleep ? "got" : lock.word == WRITER ? "handed on" : "lost";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "got", expect = ACCEPTABLE, desc = "the reader had gone, and the writer sees what it did")
  @Outcome(id = "handed on", expect = ACCEPTABLE, desc = "the writer slept, and the reader handed it on")
  @Outcome(id = "missed", expect = FORBIDDEN, desc = "the reader's store is still to come")
  @Outcome(id = "lost", expect = FORBIDDEN, desc = "the writer sleeps for ever")
  public static class AsIs {
    /** down_write(). */
    @Actor
    public void write(Read s) {
      s.write();
    }

    /** up_read(). */
    @Actor
    public void read(Read s) {
      s.value = 1;
      s.lock.unlockRead(s.reader);
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Read s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = {"got", "handed on"}, expect = ACCEPTABLE, desc = "the writer has it")
  @Outcome(id = "missed", expect = ACCEPTABLE_INTERESTING, desc = "the reader's store is still to come")
  @Outcome(id = "lost", expect = ACCEPTABLE_INTERESTING, desc = "the writer sleeps for ever")
  public static class Broken {}

  /** The reader reads the flag, and then releases. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class LooksFirst {
    /** down_write(). */
    @Actor
    public void write(Read s) {
      s.write();
    }

    /** The steps in the wrong order. */
    @Actor
    public void read(Read s) {
      s.value = 1;
      if (((int) Privates.COUNT.getAcquire(s.lock) & WAITERS) != 0) {
        s.lock.unlockRead(s.reader);
      } else {
        Privates.COUNT.getAndAddRelease(s.lock, -READER);
      }
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Read s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** The reader releases before its last store. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class LeavesFirst {
    /** down_write(). */
    @Actor
    public void write(Read s) {
      s.write();
    }

    /** The steps in the wrong order. */
    @Actor
    public void read(Read s) {
      s.lock.unlockRead(s.reader);
      s.value = 1;
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Read s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
