package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/** One store takes a whole range out of the tree: a walk finds all of it or nothing (do_vmi_align_munmap(), mm/vma.c, 7.2). */
public final class TreeStoresWhole {
  private static final long MIDDLE = Parts.END;
  private static final long LAST = 0x4fff;

  private TreeStoresWhole() {}

  /** Two VMAs side by side. */
  @State
  public static class Two {
    private final Mm mm = Parts.mm();

    /** Both in the tree. */
    public Two() {
      mm.store(Parts.START, MIDDLE - 1, new Vma());
      mm.store(MIDDLE, LAST, new Vma());
    }

    private String find() {
      ConcurrentMapleTree tree = mm.tree();
      boolean first = tree.load(Parts.START) != null;
      boolean second = tree.load(LAST) != null;
      return first == second ? first ? "both" : "nothing" : "half";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = {"both", "nothing"}, expect = ACCEPTABLE, desc = "the old nodes, or the new")
  @Outcome(id = "half", expect = FORBIDDEN, desc = "half of the range")
  public static class AsIs {
    /** vma_iter_clear_gfp() of the range. */
    @Actor
    public void clear(Two s) {
      s.mm.store(Parts.START, LAST, null);
    }

    /** One walk over both. */
    @Actor
    public void find(Two s, L_Result r) {
      r.r1 = s.find();
    }
  }

  /** One VMA after the other (M15). */
  @JCStressTest
  @Outcome(id = {"both", "nothing"}, expect = ACCEPTABLE, desc = "the old nodes, or the new")
  @Outcome(id = "half", expect = ACCEPTABLE_INTERESTING, desc = "half of the range")
  public static class OneByOne {
    /** Two stores. */
    @Actor
    public void clear(Two s) {
      s.mm.store(Parts.START, MIDDLE - 1, null);
      s.mm.store(MIDDLE, LAST, null);
    }

    /** One walk over both. */
    @Actor
    public void find(Two s, L_Result r) {
      r.r1 = s.find();
    }
  }
}
