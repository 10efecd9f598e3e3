package io.vmatrace.checker.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
/**
 * A walk that finds a VMA in the tree sees it initialised: rcu_assign_pointer() releases, and the walk's loads depend on one another
 * (lib/maple_tree.c; vma_iter_store_new(), mm/vma.h, 7.2).
 */
public final class TreePublishes {
  private TreePublishes() {}

  /** An mm with nothing mapped. */
  @State
  public static class Empty {
    private final Mm mm = Parts.mm();

    private void fill(Vma vma) {
      vma.init(mm, Parts.START, Parts.END);
      vma.prot = 3;
    }

    private String find() {
      Vma vma = mm.tree().load(Parts.START);
      if (vma == null) {
        return "nothing";
      }
      return vma.mm == mm && vma.start == Parts.START && vma.end == Parts.END && vma.prot == 3 ? "whole" : "torn";
    }
  }

  /** The real classes. */
  @JCStressTest
  @Outcome(id = "nothing", expect = ACCEPTABLE, desc = "not stored yet")
  @Outcome(id = "whole", expect = ACCEPTABLE, desc = "every field")
  @Outcome(id = "torn", expect = FORBIDDEN, desc = "in the tree, and a field is missing")
  public static class AsIs {
    /** vma_iter_store_new(). */
    @Actor
    public void store(Empty s) {
      Vma vma = new Vma();
      s.fill(vma);
      s.mm.store(Parts.START, Parts.END - 1, vma);
    }

    /** A walk. */
    @Actor
    public void find(Empty s, L_Result r) {
      r.r1 = s.find();
    }
  }

  /** Stored before it is initialised. */
  @JCStressTest
  @Outcome(id = {"nothing", "whole"}, expect = ACCEPTABLE, desc = "not stored yet, or every field")
  @Outcome(id = "torn", expect = ACCEPTABLE_INTERESTING, desc = "in the tree, and a field is missing")
  public static class StoredFirst {
    /** The steps in the wrong order. */
    @Actor
    public void store(Empty s) {
      Vma vma = new Vma();
      s.mm.store(Parts.START, Parts.END - 1, vma);
      s.fill(vma);
    }

    /** A walk. */
    @Actor
    public void find(Empty s, L_Result r) {
      r.r1 = s.find();
    }
  }
}
