package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What steps do to an mm's tree, pages and page tables. */
final class TreeSteps {
  private final StateLayout layout;
  private final int[] alwaysMapped;

  TreeSteps(StateLayout layout, int[] alwaysMapped) {
    this.layout = layout;
    this.alwaysMapped = alwaysMapped.clone();
  }

  /** Which VMA a page is in, as VMA + 1. */
  int at(long[] state, int mm, int page) {
    return page >= layout.pages() ? 0 : layout.get(state, TREE, layout.page(mm, page));
  }

  /** mas_find(): the first VMA in the task's range, as VMA + 1. Where it passes a page that is mapped at all times it has seen a gap. */
  int find(long[] state, int mm, int task, Consumer<Broken> breaks) {
    int last = layout.get(state, R_LAST, task);
    for (int page = layout.get(state, R_FIRST, task); page <= last; page++) {
      int vma = at(state, mm, page);
      if (vma > 0) {
        return vma;
      }
      if ((alwaysMapped[mm] >> page & 1) != 0) {
        breaks.accept(new Broken("gap", "a walk of the tree sees nothing at page %d, where something is mapped all the time".formatted(page)));
      }
    }
    return 0;
  }

  /** The same for a look that concludes nothing. */
  int next(long[] state, int mm, int task) {
    return find(state, mm, task, _ -> {});
  }

  void fill(long[] state, int mm, int first, int last, int vma) {
    for (int page = first; page <= last; page++) {
      layout.set(state, TREE, layout.page(mm, page), vma);
    }
  }

  /** A new VMA takes the task's range: nothing of what was there may be left. */
  @Nullable Broken put(long[] state, int mm, int task, int vma) {
    Broken broken = null;
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      int place = layout.page(mm, page);
      layout.set(state, TREE, place, vma);
      layout.set(state, TABLES_FREED, place, 0);
      if (layout.get(state, PTE, place) == 1) {
        broken = new Broken("old-page-in-new-vma", "page %d of what was there is left where a new VMA is stored".formatted(page));
      }
    }
    return broken;
  }

  /** A VMA that is freed is in no tree. */
  @Nullable Broken notThere(long[] state, int vma) {
    for (int place = 0; place < layout.count(StateField.Owner.PAGE); place++) {
      if (layout.get(state, TREE, place) == vma + 1) {
        return new Broken("freed-in-tree", "a VMA is freed that the tree still has");
      }
    }
    return null;
  }

  /** unmap_vmas(). */
  void zap(long[] state, int mm, int task) {
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      layout.set(state, PTE, layout.page(mm, page), 0);
    }
  }

  /** free_pgtables(): no page may be there. */
  @Nullable Broken freeTables(long[] state, int mm, int task) {
    Broken broken = null;
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      int place = layout.page(mm, page);
      layout.set(state, TABLES_FREED, place, 1);
      if (layout.get(state, PTE, place) == 1) {
        layout.set(state, PTE, place, 0);
        broken = new Broken("page-in-freed-tables", "page tables are freed, and page %d is in them".formatted(page));
      }
    }
    return broken;
  }

  /** A fault installs a page at the task's first page, in a VMA that it has found there. */
  @Nullable Broken setPte(long[] state, int mm, int task, int vma) {
    int page = layout.get(state, R_FIRST, task);
    int place = layout.page(mm, page);
    boolean freed = layout.get(state, TABLES_FREED, place) == 1;
    if (layout.get(state, LIVE, vma) != 1) {
      return new Broken("fault-in-freed-vma", "a fault installs page %d in a VMA that is freed".formatted(page));
    }
    if (layout.get(state, VM_MM, vma) != mm + 1) {
      return new Broken("fault-in-foreign-vma", "a fault installs page %d in a VMA of another mm".formatted(page));
    }
    if (page < layout.get(state, START, vma) || page > layout.get(state, LAST, vma)) {
      return new Broken("fault-outside-vma", "a fault installs page %d in a VMA that does not cover it".formatted(page));
    }
    if (freed) {
      return new Broken("page-in-freed-tables", "a fault installs page %d where the page tables are freed".formatted(page));
    }
    layout.set(state, PTE, place, 1);
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
}
