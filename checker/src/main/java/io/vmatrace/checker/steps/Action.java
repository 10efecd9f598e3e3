package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step does. The others are local: nobody can tell when they happen, and they belong to the step before them.
 *
 * <p>The form of a line says what stands behind the word: {@code to} a register that takes a value, {@code place} a field of an object,
 * {@code object} an mm or a register, {@code value} a number or a register, {@code page} a register with a page, {@code name} and {@code -} a word
 * that is not looked at, {@code compare} == or != or <=.
 */
public enum Action {
  LOAD("load", "to place"), STORE("store", "place value"), ADD("add", "place value"), SUB("sub", "place value"),
  INC_NOT_ZERO("inc_not_zero", "to object", REFCNT, FLAG), DEC("dec", "to object", REFCNT, FLAG),
  ADD_FLAG("add_flag", "to object", REFCNT, FLAG), SUB_FLAG("sub_flag", "to object", REFCNT, FLAG),
  DOWN_WRITE("down_write", "object"), DOWN_WRITE_KILLABLE("down_write_killable", "to object"), UP_WRITE("up_write", "object"),
  DOWNGRADE("downgrade", "object"), DOWN_READ("down_read", "object"), DOWN_READ_TRYLOCK("down_read_trylock", "to object"), UP_READ("up_read", "object"),
  VMA_DOWN_READ_TRYLOCK("vma_down_read_trylock", "to object", SEM_READERS, SEM_WRITER), VMA_DOWN_READ("vma_down_read", "object", SEM_READERS),
  VMA_UP_READ("vma_up_read", "object", SEM_READERS),
  VMA_DOWN_WRITE("vma_down_write", "object", SEM_WRITER), VMA_UP_WRITE("vma_up_write", "object", SEM_WRITER),
  RCU_READ_LOCK("rcu_read_lock", "", IN_RCU), RCU_READ_UNLOCK("rcu_read_unlock", "", IN_RCU),
  MAS_START("mas_start", "object", NODE), WALK("walk", "to object page"), FIND("find", "to object - -"), LOAD_NEXT("load_next", "to object - -"),
  NEIGHBOUR("neighbour", "to object value"),
  ERASE("erase", "object - -"), TRY_ERASE("try_erase", "to object - -"), ERASE_VMA("erase_vma", "object value"), FILL("fill", "object - - value"),
  STORE_VMA("store_vma", "object value"), DUP_TREE("dup_tree", "object value"), CLEAR_TREE("clear_tree", "object"),
  ALLOC("alloc", "to object - -"), ALLOC_STALE("alloc_stale", "to object"), DUP("dup", "to object"), FREE("free", "object"), FREE_NOW("free_now", "object"),
  ZAP("zap", "object - -"), ZAP_PAGE("zap_page", "object page value"), FREE_PGTABLES("free_pgtables", "object - -", TABLES_FREED),
  SET_PTE("set_pte", "object page value"), SET_PTE_MISSING("set_pte_missing", "object page value"), SET_PTE_WRITE("set_pte_write", "object page value", PTE_WRITE), SET_PTE_UFFD("set_pte_uffd", "object page value"),
  MOVE_PAGES("move_pages", "object - - value"), MOVE_PTE("move_pte", "object page value"), COPY_PAGES("copy_pages", "object value"),
  CHANGE_PROTECTION("change_protection", "object - -"),
  RECLAIM_TABLE("reclaim_table", "object page", TABLE_RECLAIMED), LOAD_TABLE("load_table", "to object page"), COLLAPSE("collapse", "object page value"),
  SET_ANON("set_anon", "object value", ANON),
  PREPARE_TO_RCUWAIT("prepare_to_rcuwait", "object", WAITER), SET_CURRENT_STATE("set_current_state", ""), SCHEDULE("schedule", "", WOKEN),
  SCHEDULE_KILLABLE("schedule_killable", "to", WOKEN), FINISH_RCUWAIT("finish_rcuwait", "object"), WAKE("wake", "object"),
  MMGRAB("mmgrab", "object", COUNT), MMDROP("mmdrop", "object", COUNT, MM_FREED), PUT_USER("put_user", "to object", USERS),
  BORN("born", "object value", StateField.BORN), AWAIT_BORN("await_born", "object"),
  EVENT("event", "name"), SEES_COUNT("sees_count", "object"), SEES_SEQS("sees_seqs", "object"), EITHER("either", ""), MENU("menu", ""),

  STABLE("stable", "to place", true), INIT("init", "place value", true), SET("set", "to value", true), PLUS("plus", "to value", true), MINUS("minus", "to value", true),
  IF("if", "to compare value", true), IF_ODD("if_odd", "to", true), GOTO("goto", "", true), NOTE("note", "name", true),
  GRANT("grant", "object", true, HOLDERS), UNGRANT("ungrant", "object", true), NO_READER("no_reader", "object", true),
  DETACHED_AND_UNUSED("detached_and_unused", "object", true), IN_SECTION("in_section", "object", true), WRITE_LOCKED("write_locked", "object", true), ATTACHES("attaches", "object", true),
  SECTION_ENDS("section_ends", "object", true), READS("reads", "object value", true), IN_ORDER("in_order", "object page value", true), NOTE_UNLESS_MAPPED("note_unless_mapped", "object page value", true),
  STILL_THERE("still_there", "object page value", true), COPIED("copied", "object value", true), NO_WRITABLE("no_writable", "object - -", true),
  KEEPS_ANON("keeps_anon", "object value", true), IS_READY("is_ready", "to", true), IN_RANGE("in_range", "object - -", true), PASSED("passed", "- -", true), WALKS_AGAIN("walks_again", "to", true), MAS_RESET("mas_reset", "", true),
  LIST("list", "object - -", true, R_LIST, R_TODO), LIST_OWN("list_own", "object", true, R_LIST, R_TODO), AGAIN_LIST("again_list", "", true), PICK("pick", "to", true),
  ADVANCE("advance", "- object", true, R_FIRST), LEFT("left", "to object value", true),
  IF_OUTSIDE("if_outside", "object page", true), IF_STARTS_BEFORE("if_starts_before", "object page", true), IF_ENDS_AFTER("if_ends_after", "object page", true),
  IF_ENDS_BEFORE("if_ends_before", "object page", true), IF_STARTS_AT_OR_BEFORE("if_starts_at_or_before", "object page", true);

  private final String text;
  private final List<String> form;
  private final boolean local;

  /** Fields that it sets beside those that a line names. */
  private final List<StateField> sets;

  Action(String text, String form, StateField... sets) {
    this(text, form, false, sets);
  }

  Action(String text, String form, boolean local, StateField... sets) {
    this.text = text;
    this.form = ProtocolText.words(form);
    this.local = local;
    this.sets = List.of(sets);
  }

  /** Whether no other task can tell when it happens. */
  public boolean isLocal() {
    return local;
  }

  List<String> form() {
    return form;
  }

  List<StateField> sets() {
    return sets;
  }

  /** The word that steps.txt has for it; null for a word that it does not have. */
  static @Nullable Action of(String word) {
    for (Action action : values()) {
      if (action.text.equals(word)) {
        return action;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text;
  }
}
