package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lines that nobody can tell: branches, registers, and what must hold at a place. */
final class LocalLines {
  /** No program makes so many between two steps. */
  private static final int MOST = 10_000;

  private final StateLayout layout;
  private final Registers registers;
  private final VmaSteps vmas;
  private final TreeSteps trees;
  private final PageSteps pages;
  private final Set<String> notes = new HashSet<>();

  LocalLines(StateLayout layout, Registers registers, VmaSteps vmas, TreeSteps trees, PageSteps pages) {
    this.layout = layout;
    this.registers = registers;
    this.vmas = vmas;
    this.trees = trees;
    this.pages = pages;
  }

  Set<String> notes() {
    return notes;
  }

  private int get(long[] state, StateField field, int object) {
    return layout.get(state, field, object);
  }

  private int vma(long[] state, int task, Instruction i) {
    return registers.vma(state, task, i);
  }

  private int page(long[] state, int task, Instruction i) {
    return get(state, i.page(), task);
  }

  private static StateField to(Instruction i) {
    return Objects.requireNonNull(i.to(), "a register");
  }

  /**
   * Makes a line; whether it goes on at its target.
   *
   * @param before how many were made since the last step
   * @throws IllegalArgumentException where there were so many that they go round for ever
   */
  boolean run(long[] state, int task, Instruction i, int before) {
    if (before > MOST) {
      throw new IllegalArgumentException("the step table, %s: %s: it goes round for ever without a step that other tasks can tell".formatted(i.program(), i.text()));
    }
    int operand = registers.operand(state, task, i);
    switch (i.action()) {
      case STABLE -> registers.load(state, task, i);
      case INIT -> registers.init(state, task, i);
      case SET -> registers.to(state, task, i, operand);
      case PLUS -> registers.to(state, task, i, get(state, to(i), task) + operand);
      case MINUS -> registers.to(state, task, i, get(state, to(i), task) - operand);
      case MAS_RESET -> layout.set(state, NODE, task, 0);
      case NOTE -> notes.add(i.text());
      case LIST -> list(state, task, trees.list(state, i.fixed(), task));
      case LIST_OWN -> list(state, task, trees.own(state, i.fixed()));
      case AGAIN_LIST -> layout.set(state, R_TODO, task, get(state, R_LIST, task));
      case ADVANCE -> advance(state, task, i);
      case LEFT -> registers.to(state, task, i, left(state, i.fixed(), operand - 1));
      case GRANT, UNGRANT, ATTACHES, IN_RANGE, PASSED, NO_READER, DETACHED_AND_UNUSED, IN_SECTION, WRITE_LOCKED, SECTION_ENDS, NOTE_UNLESS_MAPPED, STILL_THERE, COPIED, NO_WRITABLE, KEEPS_ANON,
          IS_READY, WALKS_AGAIN, READS, IN_ORDER -> demand(state, task, i, operand);
      default -> {
        return goesOn(state, task, i, operand);
      }
    }
    return false;
  }

  private void list(long[] state, int task, int list) {
    layout.set(state, R_LIST, task, list);
    layout.set(state, R_TODO, task, list);
  }

  private boolean goesOn(long[] state, int task, Instruction i, int operand) {
    return switch (i.action()) {
      case GOTO -> true;
      case IF -> compare(get(state, to(i), task), operand, i);
      case IF_ODD -> get(state, to(i), task) % 2 == 1;
      case PICK -> pick(state, task, i);
      case IF_OUTSIDE -> {
        int vma = vma(state, task, i);
        int page = page(state, task, i);
        yield page < get(state, START, vma) || page > get(state, LAST, vma);
      }
      case IF_STARTS_BEFORE -> get(state, START, vma(state, task, i)) < page(state, task, i);
      case IF_ENDS_AFTER -> get(state, LAST, vma(state, task, i)) > page(state, task, i);
      case IF_ENDS_BEFORE -> get(state, LAST, vma(state, task, i)) < page(state, task, i);
      case IF_STARTS_AT_OR_BEFORE -> get(state, START, vma(state, task, i)) <= page(state, task, i);
      default -> throw new IllegalStateException("no local line: " + i.text());
    };
  }

  private static boolean compare(int left, int right, Instruction i) {
    return switch (i.comparison()) {
      case "==" -> left == right;
      case "!=" -> left != right;
      case "<=" -> left <= right;
      default -> throw new IllegalStateException("no comparison: " + i.text());
    };
  }

  private boolean pick(long[] state, int task, Instruction i) {
    int vma = vmas.lowest(state, get(state, R_TODO, task));
    registers.to(state, task, i, vma + 1);
    if (vma >= 0) {
      registers.bit(state, R_TODO, task, vma, false);
    }
    return vma < 0;
  }

  private void demand(long[] state, int task, Instruction i, int operand) {
    switch (i.action()) {
      case GRANT -> {
        int vma = vma(state, task, i);
        registers.bit(state, HOLDERS, vma, task, true);
        registers.breaks(vmas.notWriteLocked(state, vma));
      }
      case UNGRANT -> registers.bit(state, HOLDERS, vma(state, task, i), task, false);
      case IN_SECTION -> registers.breaks(get(state, SEQ, i.fixed()) % 2 == 1 ? null : new Broken("even-inside", "mm_lock_seq is even inside of a write section"));
      case WRITE_LOCKED -> registers.breaks(vmas.writeLocked(state, vma(state, task, i)));
      case ATTACHES -> registers.breaks(vmas.attaches(state, vma(state, task, i)));
      case IN_RANGE -> {
        int vma = vma(state, task, i);
        boolean isIn = get(state, START, vma) >= get(state, R_FIRST, task) && get(state, LAST, vma) <= get(state, R_LAST, task);
        registers.breaks(isIn ? null : new Broken("changed-beyond-range", "a VMA is changed that reaches beyond the range"));
      }
      case PASSED -> registers.breaks(get(state, R_FIRST, task) > get(state, R_LAST, task) ? null : new Broken("walk-incomplete", "a walk of the tree ends before its range does"));
      case SECTION_ENDS -> registers.breaks(vmas.sectionEnds(state, i.fixed(), trees));
      case NOTE_UNLESS_MAPPED -> {
        if (trees.at(state, i.fixed(), page(state, task, i)) != operand) {
          notes.add("page_where_tree_has_nothing");
        }
      }
      case STILL_THERE -> registers.breaks(stillThere(state, i.fixed(), page(state, task, i), operand));
      case COPIED -> registers.breaks(pages.copied(state, i.fixed(), operand - 1));
      case NO_WRITABLE -> registers.breaks(pages.noWritable(state, i.fixed(), task));
      case KEEPS_ANON -> registers.breaks(vmas.keepsAnon(state, vma(state, task, i), operand - 1));
      case IS_READY -> registers.breaks(get(state, to(i), task) == 1 ? new Broken("anon-vma-not-ready", "an anon_vma is used before it is initialised") : null);
      case IN_ORDER -> registers.breaks(trees.inOrder(state, i.fixed(), page(state, task, i), operand - 1));
      case WALKS_AGAIN -> registers.breaks(get(state, to(i), task) == Word.AGAIN ? new Broken("not-walked-again", "a look-up gives up because a VMA is detached: it must walk again") : null);
      case READS -> registers.breaks(foreign(state, i.fixed(), operand - 1));
      case NO_READER -> registers.breaks(vmas.noReader(state, vma(state, task, i)));
      default -> registers.breaks(vmas.detachedAndUnused(state, vma(state, task, i)));
    }
  }

  /** What was read without a lock is used: it must be what is there. */
  private @Nullable Broken stillThere(long[] state, int mm, int page, int vma) {
    return get(state, SEQ, mm) % 2 == 0 && trees.at(state, mm, page) == vma && (vma == 0 || get(state, LIVE, vma - 1) == 1)
        ? null
        : new Broken("speculation-stale", "what was read without a lock is used, and is not there any more");
  }

  /** A walk under the mmap_lock finds the mm's own VMAs. */
  private @Nullable Broken foreign(long[] state, int mm, int vma) {
    return vma < 0 || get(state, LIVE, vma) == 1 && get(state, VM_MM, vma) == mm + 1 ? null : new Broken("foreign-vma-in-tree", "a walk under the mmap_lock finds a VMA of another mm");
  }

  /** The VMA that ends right before one, if it has the protection that mprotect is about to set; as VMA + 1. */
  private int left(long[] state, int mm, int vma) {
    int left = trees.at(state, mm, get(state, START, vma) - 1);
    return left > 0 && left - 1 != vma && get(state, WRITABLE, left - 1) == 0 ? left : 0;
  }

  /** A walk goes on behind a VMA. */
  private void advance(long[] state, int task, Instruction i) {
    int vma = get(state, Objects.requireNonNull(i.object(), "of a VMA"), task) - 1;
    if (vma >= 0) {
      layout.set(state, R_FIRST, task, Math.min(layout.pages(), Math.max(get(state, R_FIRST, task), get(state, LAST, vma) + 1)));
    }
  }
}
