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
 * A reader with a reference sees the VMA as it was when it was attached: vma_mark_attached() is refcount_set_release()
 * (include/linux/mmap_lock.h, 7.2), and the increment of vma_start_read() acquires (mm/mmap_lock.c, 7.2; docs/PROTOCOL.md, Memory order).
 * The reader has the memory's address from before, as SLAB_TYPESAFE_BY_RCU allows, so that no store to the tree orders anything for it.
 */
public final class AttachPublishes {
  private static final VmaLock LOCK = VmaLock.of(Variant.EXCLUDE_READERS);

  private AttachPublishes() {}

  /** Memory of a VMA that is detached. */
  @State
  public static class Detached {
    private final Mm mm = Parts.mm();
    private final Vma vma = new Vma();
    private final Task writer = new SpinningTask();
    private final Task reader = new SpinningTask();

    private void fill() {
      vma.mm = mm;
      vma.start = Parts.START;
      vma.end = Parts.END;
      vma.prot = 3;
    }

    private String read() {
      return switch (LOCK.startRead(reader, mm, vma, Parts.START)) {
        case VmaLock.GOT -> vma.start == Parts.START && vma.end == Parts.END && vma.prot == 3 ? "whole" : "torn";
        case VmaLock.AGAIN -> "detached";
        default -> "no owner";
      };
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "detached", expect = ACCEPTABLE, desc = "not attached yet")
  @Outcome(id = "whole", expect = ACCEPTABLE, desc = "every field as it was when attached")
  @Outcome(id = {"torn", "no owner"}, expect = FORBIDDEN, desc = "a reference to a VMA whose fields are not there yet")
  public static class AsIs {
    /** vma_mark_attached(). */
    @Actor
    public void attach(Detached s) {
      s.vma.init(s.mm, Parts.START, Parts.END);
      s.vma.prot = 3;
      LOCK.markAttached(s.writer, s.vma);
    }

    /** vma_start_read(). */
    @Actor
    public void read(Detached s, L_Result r) {
      r.r1 = s.read();
    }
  }

  /** Outcomes of the broken twins. */
  @Outcome(id = "detached", expect = ACCEPTABLE, desc = "not attached yet")
  @Outcome(id = "whole", expect = ACCEPTABLE, desc = "every field as it was when attached")
  @Outcome(id = {"torn", "no owner"}, expect = ACCEPTABLE_INTERESTING, desc = "a reference to a VMA whose fields are not there yet")
  public static class Broken {}

  /** refcount_set() with no release. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class PlainSet {
    /** A plain store. */
    @Actor
    public void attach(Detached s) {
      s.fill();
      s.vma.word = 1;
    }

    /** vma_start_read(). */
    @Actor
    public void read(Detached s, L_Result r) {
      r.r1 = s.read();
    }
  }

  /** Attached before the fields are set. */
  @JCStressTest
  @JCStressMeta(Broken.class)
  public static class AttachedFirst {
    /** The steps in the wrong order. */
    @Actor
    public void attach(Detached s) {
      LOCK.markAttached(s.writer, s.vma);
      s.fill();
    }

    /** vma_start_read(). */
    @Actor
    public void read(Detached s, L_Result r) {
      r.r1 = s.read();
    }
  }
}
