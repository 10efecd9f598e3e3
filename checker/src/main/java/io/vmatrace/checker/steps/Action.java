package io.vmatrace.checker.steps;

import org.jspecify.annotations.Nullable;

/** What a step does. The others are local: nobody can tell when they happen, and they belong to the step before them. */
public enum Action {
  LOAD("load"), STORE("store"), ADD("add"),
  INC_NOT_ZERO("inc_not_zero"), DEC("dec"), ADD_FLAG("add_flag"), SUB_FLAG("sub_flag"),
  DOWN_WRITE("down_write"), UP_WRITE("up_write"), DOWNGRADE("downgrade"), DOWN_READ("down_read"), UP_READ("up_read"),
  VMA_DOWN_READ_TRYLOCK("vma_down_read_trylock"), VMA_UP_READ("vma_up_read"), VMA_DOWN_WRITE("vma_down_write"), VMA_UP_WRITE("vma_up_write"),
  RCU_READ_LOCK("rcu_read_lock"), RCU_READ_UNLOCK("rcu_read_unlock"),
  WALK("walk"), FIND("find"), LOAD_NEXT("load_next"), ERASE("erase"), ERASE_VMA("erase_vma"), FILL("fill"),
  ALLOC("alloc"), FREE("free"), ZAP("zap"), FREE_PGTABLES("free_pgtables"), SET_PTE("set_pte"),
  PREPARE_TO_RCUWAIT("prepare_to_rcuwait"), SET_CURRENT_STATE("set_current_state"), SCHEDULE("schedule"), FINISH_RCUWAIT("finish_rcuwait"), WAKE("wake"),
  MMGRAB("mmgrab"), MMDROP("mmdrop"), PUT_USER("put_user"),

  STABLE("stable", true), SET("set", true), IF("if", true), GOTO("goto", true), CLEAR("clear", true), NOTE("note", true),
  GRANT("grant", true), UNGRANT("ungrant", true), NO_READER("no_reader", true), DETACHED_AND_UNUSED("detached_and_unused", true),
  IN_SECTION("in_section", true), WRITE_LOCKED("write_locked", true), NO_WRITE_LOCKS("no_write_locks", true), NOTE_UNLESS_MAPPED("note_unless_mapped", true),
  LIST("list", true), AGAIN_LIST("again_list", true), PICK("pick", true), ADVANCE("advance", true),
  IF_OUTSIDE("if_outside", true), IF_ENDS_BEFORE("if_ends_before", true), IF_STARTS_AT_OR_BEFORE("if_starts_at_or_before", true);

  private final String text;
  private final boolean local;

  Action(String text) {
    this(text, false);
  }

  Action(String text, boolean local) {
    this.text = text;
    this.local = local;
  }

  /** Whether no other task can tell when it happens. */
  public boolean isLocal() {
    return local;
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
