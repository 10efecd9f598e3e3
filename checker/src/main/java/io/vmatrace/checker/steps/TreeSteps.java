package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import org.jspecify.annotations.Nullable;

/** What steps do to an mm's tree. */
final class TreeSteps {
  private static final int IN_TREE = 1;
  private static final int FREED = 2;
  private static final int REPLACED = 3;

  private final StateLayout layout;
  private final int[] alwaysMapped;
  private final int[] together;
  private final boolean hasNodes;

  TreeSteps(StateLayout layout, StepMachine.Rules rules) {
    this.layout = layout;
    alwaysMapped = rules.alwaysMapped().stream().mapToInt(n -> n).toArray();
    together = rules.together().stream().mapToInt(n -> n).toArray();
    hasNodes = layout.has(NODE);
  }

  /** Which VMA a page is in, as VMA + 1. */
  int at(long[] state, int mm, int page) {
    return page < 0 || page >= layout.pages() ? 0 : layout.get(state, TREE, layout.page(mm, page));
  }

  /** mas_start(): the task keeps the node that it walks. */
  void start(long[] state, int task) {
    layout.set(state, NODE, task, IN_TREE);
  }

  /** A walk with a node that is freed. */
  @Nullable Broken walks(long[] state, int task) {
    return hasNodes && layout.get(state, NODE, task) == FREED ? new Broken("node-used-after-free", "a walk of the tree goes on in a node that is freed") : null;
  }

  /** A store replaces nodes: they are freed when those in RCU have left it. */
  private void replaced(long[] state) {
    for (int task = 0; hasNodes && task < layout.count(Owner.TASK); task++) {
      if (layout.get(state, NODE, task) == IN_TREE) {
        layout.set(state, NODE, task, layout.get(state, IN_RCU, task) == 1 ? REPLACED : FREED);
      }
    }
  }

  /** A task leaves RCU: nothing keeps a node any more that was replaced. */
  void leftRcu(long[] state, int task) {
    if (hasNodes && layout.get(state, NODE, task) == REPLACED) {
      layout.set(state, NODE, task, FREED);
    }
  }

  /** mas_find(): the first VMA in the task's range, as VMA + 1. */
  int find(long[] state, int mm, int task) {
    int last = layout.get(state, R_LAST, task);
    for (int page = layout.get(state, R_FIRST, task); page <= last; page++) {
      int vma = at(state, mm, page);
      if (vma > 0) {
        return vma;
      }
    }
    return 0;
  }

  /** Where such a walk passes a page that is mapped at all times it has seen a gap. */
  @Nullable Broken gap(long[] state, int mm, int task) {
    int last = layout.get(state, R_LAST, task);
    for (int page = layout.get(state, R_FIRST, task); page <= last && at(state, mm, page) == 0; page++) {
      if ((alwaysMapped[mm] >> page & 1) != 0) {
        return new Broken("gap", "a walk of the tree sees nothing at page %d, where something is mapped all the time".formatted(page));
      }
    }
    return null;
  }

  /** A walk comes to a VMA: it does not lie behind its place, and nothing that is mapped all the time lies between. */
  @Nullable Broken inOrder(long[] state, int mm, int first, int vma) {
    if (layout.get(state, LAST, vma) < first) {
      return new Broken("walk-went-back", "a walk of the tree comes to a VMA that ends before its place");
    }
    for (int page = first; page < layout.get(state, START, vma); page++) {
      if ((alwaysMapped[mm] >> page & 1) != 0) {
        return new Broken("gap", "a walk of the tree passes page %d, where something is mapped all the time".formatted(page));
      }
      if ((together[mm] >> page & 1) != 0 && (together[mm] >> layout.get(state, START, vma) & 1) != 0) {
        return new Broken("half-removed", "a walk of the tree passes page %d, and still finds what leaves the tree with it".formatted(page));
      }
    }
    return null;
  }

  /** Whether the tree has a VMA at its own range, and nowhere else. */
  boolean hasOwnRange(long[] state, int mm, int vma) {
    for (int page = 0; page < layout.pages(); page++) {
      boolean isIn = page >= layout.get(state, START, vma) && page <= layout.get(state, LAST, vma);
      if (isIn != (at(state, mm, page) == vma + 1)) {
        return false;
      }
    }
    return true;
  }

  boolean has(long[] state, int mm, int vma) {
    for (int page = 0; page < layout.pages(); page++) {
      if (at(state, mm, page) == vma + 1) {
        return true;
      }
    }
    return false;
  }

  void fill(long[] state, int mm, int first, int last, int vma) {
    for (int page = first; page <= last; page++) {
      layout.set(state, TREE, layout.page(mm, page), vma);
    }
    replaced(state);
  }

  /** Stores a VMA over some pages. Where nothing was mapped, or all of it is meant to be new, nothing of what was there may be left. */
  @Nullable Broken put(long[] state, int mm, int task, int vma, boolean isNew) {
    int first = isNew ? layout.get(state, R_FIRST, task) : layout.get(state, START, vma - 1);
    int last = isNew ? layout.get(state, R_LAST, task) : layout.get(state, LAST, vma - 1);
    Broken broken = null;
    for (int page = first; page <= last; page++) {
      int place = layout.page(mm, page);
      if ((isNew || layout.get(state, TREE, place) == 0) && layout.get(state, PTE, place) == 1) {
        broken = new Broken("old-page-in-new-vma", "page %d of what was there is left where a new VMA is stored".formatted(page));
      }
      layout.set(state, TREE, place, vma);
      layout.set(state, TABLES_FREED, place, 0);
    }
    replaced(state);
    return broken;
  }

  /** __mt_dup(): the child's slots hold the parent's VMAs. */
  void duplicate(long[] state, int from, int to) {
    for (int page = 0; page < layout.pages(); page++) {
      layout.set(state, TREE, layout.page(to, page), at(state, from, page));
    }
  }

  boolean isUsed(long[] state, int mm) {
    return !layout.has(USERS) || layout.get(state, USERS, mm) > 0;
  }

  /** A VMA that is freed is in no tree, but in that of an mm without users, which nobody walks. */
  @Nullable Broken notThere(long[] state, int vma) {
    for (int mm = 0; mm < layout.count(Owner.MM); mm++) {
      if (has(state, mm, vma) && isUsed(state, mm)) {
        return new Broken("freed-in-tree", "a VMA is freed that the tree still has");
      }
    }
    return null;
  }

  /** The VMAs in the task's range, a bit for each. */
  int list(long[] state, int mm, int task) {
    int list = 0;
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      int vma = at(state, mm, page);
      list |= vma > 0 ? 1 << vma - 1 : 0;
    }
    return list;
  }

  /** Those in the tree of an mm that are the mm's own. */
  int own(long[] state, int mm) {
    int own = 0;
    for (int page = 0; page < layout.pages(); page++) {
      int vma = at(state, mm, page);
      own |= vma > 0 && layout.get(state, VM_MM, vma - 1) == mm + 1 ? 1 << vma - 1 : 0;
    }
    return own;
  }
}
