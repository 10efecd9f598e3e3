package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/** A rw_semaphore has readers or a writer (rwsem_read_trylock(), rwsem_write_trylock(), kernel/locking/rwsem.c, 7.2). */
public final class RwSemaphoreExcludes {
  private RwSemaphoreExcludes() {}

  /** A free semaphore. */
  @State
  public static class Free {
    private final ConcurrentRwSemaphore lock = new ConcurrentRwSemaphore();
    private final Task writer = new GivingUpTask();
    private final Task reader = new SpinningTask();
    private boolean read;
    private boolean written;

    private void write() {
      try {
        lock.write(writer);
        written = true;
      } catch (GivingUpTask.Asleep e) {
        written = false;
      }
    }

    private String outcome() {
      return read ? written ? "both" : "reader" : written ? "writer" : "neither";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = {"reader", "writer"}, expect = ACCEPTABLE, desc = "one of them")
  @Outcome(id = "both", expect = FORBIDDEN, desc = "a reader and a writer")
  @Outcome(id = "neither", expect = FORBIDDEN, desc = "each gave way to the other")
  public static class AsIs {
    /** down_write(). */
    @Actor
    public void write(Free s) {
      s.write();
    }

    /** down_read_trylock(). */
    @Actor
    public void read(Free s) {
      s.read = s.lock.tryRead(s.reader);
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Free s, L_Result r) {
      r.r1 = s.outcome();
    }
  }

  /** The reader's count is a load and a store. */
  @JCStressTest
  @Outcome(id = {"reader", "writer", "neither"}, expect = ACCEPTABLE, desc = "one of them")
  @Outcome(id = "both", expect = ACCEPTABLE_INTERESTING, desc = "a reader and a writer")
  public static class PlainCount {
    /** down_write(). */
    @Actor
    public void write(Free s) {
      s.write();
    }

    /** down_read_trylock(), as it would be on one CPU. */
    @Actor
    public void read(Free s) {
      if (s.lock.word == 0) {
        s.lock.word = 1 << 8;
        s.read = true;
      }
    }

    /** Which of them holds it. */
    @Arbiter
    public void judge(Free s, L_Result r) {
      r.r1 = s.outcome();
    }
  }
}
