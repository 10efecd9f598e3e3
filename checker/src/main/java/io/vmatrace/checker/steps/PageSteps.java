package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import org.jspecify.annotations.Nullable;

/** What steps do to the pages of an mm, and to its page tables. */
final class PageSteps {
  private final StateLayout layout;

  PageSteps(StateLayout layout) {
    this.layout = layout;
  }

  private void clear(long[] state, int place) {
    layout.set(state, PTE, place, 0);
    layout.set(state, PTE_WRITE, place, 0);
  }

  /** unmap_vmas(). */
  void zap(long[] state, int mm, int task) {
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      clear(state, layout.page(mm, page));
    }
  }

  /** zap_page_range_single(). */
  @Nullable Broken zap(long[] state, int mm, int page, int vma) {
    clear(state, layout.page(mm, page));
    return inVma(state, mm, page, vma);
  }

  /** free_pgtables(): no page may be there. */
  @Nullable Broken freeTables(long[] state, int mm, int task) {
    Broken broken = null;
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      int place = layout.page(mm, page);
      layout.set(state, TABLES_FREED, place, 1);
      if (layout.get(state, PTE, place) == 1) {
        broken = new Broken("page-in-freed-tables", "page tables are freed, and page %d is in them".formatted(page));
      }
      clear(state, place);
    }
    return broken;
  }

  /** What a task does in a VMA that it has found there. */
  private @Nullable Broken inVma(long[] state, int mm, int page, int vma) {
    if (layout.get(state, LIVE, vma) != 1) {
      return new Broken("fault-in-freed-vma", "page %d is used in a VMA that is freed".formatted(page));
    }
    if (layout.get(state, VM_MM, vma) != mm + 1) {
      return new Broken("fault-in-foreign-vma", "page %d is used in a VMA of another mm".formatted(page));
    }
    if (page < layout.get(state, START, vma) || page > layout.get(state, LAST, vma)) {
      return new Broken("fault-outside-vma", "page %d is used in a VMA that does not cover it".formatted(page));
    }
    if (layout.get(state, TABLES_FREED, layout.page(mm, page)) == 1) {
      return new Broken("page-in-freed-tables", "page %d is used where the page tables are freed".formatted(page));
    }
    return null;
  }

  /** A task installs a page; a page table that was given back is made anew. */
  @Nullable Broken set(long[] state, Action how, int mm, int page, int vma) {
    Broken broken = inVma(state, mm, page, vma);
    int place = layout.page(mm, page);
    boolean isThere = layout.get(state, PTE, place) == 1;
    boolean isRegistered = layout.get(state, UFFD, vma) == 1;
    if (broken == null && (how == Action.SET_PTE_WRITE || how == Action.SET_PTE_UFFD) && layout.get(state, ANON, vma) == 0) {
      broken = new Broken("page-without-anon-vma", "an anonymous page %d is installed in a VMA that has no anon_vma".formatted(page));
    }
    if (broken == null && how == Action.SET_PTE_WRITE && layout.has(WRITABLE) && layout.get(state, WRITABLE, vma) == 0) {
      broken = new Broken("write-without-permission", "page %d is made writable in a VMA that may not be written".formatted(page));
    }
    if (broken == null && how == Action.SET_PTE_UFFD && !isRegistered) {
      broken = new Broken("copied-where-not-registered", "UFFDIO_COPY installs page %d in a VMA that is not registered".formatted(page));
    }
    if (broken == null && how == Action.SET_PTE_MISSING && isRegistered && !isThere) {
      broken = new Broken("userfault-bypassed", "a fault installs page %d itself where userfaultfd is to be asked".formatted(page));
    }
    layout.set(state, PTE, place, 1);
    layout.set(state, TABLE_RECLAIMED, place, 0);
    if (how == Action.SET_PTE_WRITE) {
      layout.set(state, PTE_WRITE, place, 1);
    }
    return broken;
  }

  private void movePage(long[] state, int from, int to) {
    layout.set(state, PTE, to, layout.get(state, PTE, from));
    layout.set(state, PTE_WRITE, to, layout.get(state, PTE_WRITE, from));
    clear(state, from);
  }

  /** move_page_tables(): the task's range, to where another VMA begins; nobody may have either locked. */
  @Nullable Broken move(long[] state, int mm, int task, int to) {
    int holders = layout.get(state, HOLDERS, to);
    int first = layout.get(state, R_FIRST, task);
    for (int page = first; page <= layout.get(state, R_LAST, task); page++) {
      int from = layout.get(state, TREE, layout.page(mm, page));
      holders |= from == 0 ? 0 : layout.get(state, HOLDERS, from - 1);
      movePage(state, layout.page(mm, page), layout.page(mm, layout.get(state, START, to) + page - first));
    }
    return holders != 0 ? new Broken("moved-under-reader", "page tables are moved, and a reader has the VMA locked") : null;
  }

  /** UFFDIO_MOVE: one page, to where none is. */
  @Nullable Broken move(long[] state, int mm, int from, int to, boolean isHeld) {
    if (layout.get(state, TABLES_FREED, layout.page(mm, from)) == 1 || layout.get(state, TABLES_FREED, layout.page(mm, to)) == 1) {
      return new Broken("page-in-freed-tables", "a page is moved where page tables are freed");
    }
    if (layout.get(state, PTE, layout.page(mm, to)) == 0) {
      movePage(state, layout.page(mm, from), layout.page(mm, to));
    }
    return isHeld ? null : new Broken("moved-unlocked", "a page is moved, and its VMAs are not both locked");
  }

  /** copy_page_range(): the child has the parent's pages, and neither may write them. */
  void copy(long[] state, int from, int to) {
    int parent = layout.get(state, VM_MM, from) - 1;
    int child = layout.get(state, VM_MM, to) - 1;
    for (int page = layout.get(state, START, from); page <= layout.get(state, LAST, from); page++) {
      layout.set(state, PTE_WRITE, layout.page(parent, page), 0);
      layout.set(state, PTE, layout.page(child, page), layout.get(state, PTE, layout.page(parent, page)));
    }
  }

  /** A fork is over: the child has the pages that the parent had when they were copied. */
  @Nullable Broken copied(long[] state, int parent, int child) {
    for (int page = 0; page < layout.pages(); page++) {
      int of = layout.page(parent, page);
      int to = layout.page(child, page);
      boolean differs = layout.get(state, PTE, of) != layout.get(state, PTE, to) || layout.get(state, PTE_WRITE, of) == 1;
      if (layout.get(state, TREE, to) != 0 && differs) {
        return new Broken("fork-copy-differs", "a fork is over, and page %d is not in the child as it is in the parent".formatted(page));
      }
    }
    return null;
  }

  /** change_protection(): write access goes. */
  void protect(long[] state, int mm, int task) {
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      layout.set(state, PTE_WRITE, layout.page(mm, page), 0);
    }
  }

  /** mprotect is over: no VMA of the range may be written, and no page of it. */
  @Nullable Broken noWritable(long[] state, int mm, int task) {
    for (int page = layout.get(state, R_FIRST, task); page <= layout.get(state, R_LAST, task); page++) {
      int vma = layout.get(state, TREE, layout.page(mm, page));
      if (vma > 0 && layout.get(state, WRITABLE, vma - 1) == 1) {
        return new Broken("protection-not-set", "mprotect is over, and the VMA of page %d may still be written".formatted(page));
      }
      if (vma > 0 && layout.get(state, PTE_WRITE, layout.page(mm, page)) == 1) {
        return new Broken("writable-after-mprotect", "mprotect is over, and page %d may still be written".formatted(page));
      }
    }
    return null;
  }

  /** try_to_free_pte(), mm/pt_reclaim.c (6.14): an empty table goes. */
  void reclaim(long[] state, int mm, int page) {
    int place = layout.page(mm, page);
    if (layout.get(state, PTE, place) == 0) {
      layout.set(state, TABLE_RECLAIMED, place, 1);
    }
  }

  /** What a look at the PMD gives. */
  int table(long[] state, int mm, int page) {
    return layout.get(state, TABLE_RECLAIMED, layout.page(mm, page)) == 1 ? Word.REFUSED : Word.GRANTED;
  }

  /** collapse_huge_page() takes the page table that it has seen, which must be there, in the VMA that it has found. */
  @Nullable Broken collapse(long[] state, int mm, int page, int vma) {
    return table(state, mm, page) == Word.GRANTED ? inVma(state, mm, page, vma) : new Broken("page-table-used-after-free", "khugepaged takes the page table of page %d, which is freed".formatted(page));
  }
}
