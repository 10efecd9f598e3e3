package io.vmatrace.checker.explore;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.Word;
import java.util.ArrayList;
import java.util.List;

/** The values of a state in the kernel's words, each as {@code name value}, always the same ones in the same order. */
final class StateValues {
  private final StateLayout layout;

  StateValues(StateLayout layout) {
    this.layout = layout;
  }

  List<String> of(long[] state) {
    List<String> values = new ArrayList<>();
    for (int mm = 0; mm < layout.count(Owner.MM); mm++) {
      mm(state, mm, values);
    }
    for (int vma = 0; vma < layout.count(Owner.VMA); vma++) {
      vma(state, vma, values);
    }
    for (int task = 0; task < layout.count(Owner.TASK); task++) {
      values.add("task%d %s".formatted(task, layout.get(state, IN_RCU, task) == 1 ? "in RCU" : "not in RCU"));
      values.add("task%d.woken %d".formatted(task, layout.get(state, WOKEN, task)));
    }
    return values;
  }

  private void mm(long[] state, int mm, List<String> to) {
    to.add("mm%d.mmap_lock %s".formatted(mm, lock(layout.get(state, WRITER, mm), layout.get(state, READERS, mm))));
    to.add("mm%d.mm_lock_seq %d".formatted(mm, layout.get(state, SEQ, mm)));
    to.add("mm%d.vma_writer_wait %s".formatted(mm, task(layout.get(state, WAITER, mm))));
    to.add("mm%d.mm_users %d".formatted(mm, layout.get(state, USERS, mm)));
    to.add("mm%d.mm_count %s".formatted(mm, layout.get(state, MM_FREED, mm) == 1 ? "freed" : layout.get(state, COUNT, mm)));
    StringBuilder tree = new StringBuilder();
    StringBuilder pages = new StringBuilder();
    for (int page = 0; page < layout.pages(); page++) {
      int place = layout.page(mm, page);
      int vma = layout.get(state, TREE, place);
      tree.append(vma == 0 ? "-" : vma - 1);
      pages.append(page(state, place));
    }
    to.add("mm%d.readers %s, %d inside".formatted(mm, layout.get(state, STOPPED, mm) == 1 ? "stopped" : "admitted", layout.get(state, INSIDE, mm)));
    to.add("mm%d %s".formatted(mm, layout.get(state, UNSTABLE, mm) == 1 ? "unstable" : "stable"));
    to.add("mm%d.tree %s".formatted(mm, tree));
    to.add("mm%d.pages %s".formatted(mm, pages));
  }

  /** w: may be written, p: present, x: its page table is freed, -: not present. */
  private char page(long[] state, int place) {
    if (layout.get(state, PTE, place) == 1) {
      return layout.get(state, PTE_WRITE, place) == 1 ? 'w' : 'p';
    }
    return layout.get(state, TABLES_FREED, place) == 1 || layout.get(state, TABLE_RECLAIMED, place) == 1 ? 'x' : '-';
  }

  private void vma(long[] state, int vma, List<String> to) {
    int count = layout.get(state, REFCNT, vma);
    to.add("vma%d.vm_refcnt %s".formatted(vma, layout.get(state, FLAG, vma) == 1 ? "flag+" + count : count));
    int seq = layout.get(state, LOCK_SEQ, vma);
    to.add("vma%d.vm_lock_seq %s".formatted(vma, seq == Word.NEVER_LOCKED ? "never" : seq));
    to.add("vma%d.vm_mm %s".formatted(vma, layout.get(state, VM_MM, vma) == 0 ? "none" : "mm" + (layout.get(state, VM_MM, vma) - 1)));
    to.add("vma%d %s".formatted(vma, switch (layout.get(state, LIVE, vma)) {
      case 0 -> "free";
      case 1 -> "allocated";
      default -> "freed, until RCU is left";
    }));
    to.add("vma%d.detached %d".formatted(vma, layout.get(state, DETACHED, vma)));
    to.add("vma%d.range %d-%d".formatted(vma, layout.get(state, START, vma), layout.get(state, LAST, vma)));
    to.add("vma%d.VM_WRITE %d".formatted(vma, layout.get(state, WRITABLE, vma)));
    to.add("vma%d.userfaultfd %d".formatted(vma, layout.get(state, UFFD, vma)));
    to.add("vma%d.vm_policy %d".formatted(vma, layout.get(state, POLICY, vma)));
    to.add("vma%d.anon_vma %s".formatted(vma, List.of("none", "not ready", "there").get(layout.get(state, ANON, vma))));
    to.add("vma%d.vm_lock %s".formatted(vma, lock(layout.get(state, SEM_WRITER, vma), layout.get(state, SEM_READERS, vma))));
  }

  private static String lock(int writer, int readers) {
    return writer > 0 ? "write" : readers > 0 ? "read " + bits(readers) : "free";
  }

  private static String bits(int tasks) {
    List<String> of = new ArrayList<>();
    for (int task = 0; tasks >> task != 0; task++) {
      if ((tasks >> task & 1) != 0) {
        of.add(Integer.toString(task));
      }
    }
    return String.join(",", of);
  }

  private static String task(int waiter) {
    return waiter == 0 ? "none" : "task" + (waiter - 1);
  }

  /** What differs, as {@code name old -> new}. */
  static List<String> changes(List<String> before, List<String> after) {
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(after.get(i))) {
        changes.add(before.get(i) + " -> " + after.get(i).substring(after.get(i).indexOf(' ') + 1));
      }
    }
    return changes;
  }
}
