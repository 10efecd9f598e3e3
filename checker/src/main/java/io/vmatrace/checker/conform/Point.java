package io.vmatrace.checker.conform;

import org.jspecify.annotations.Nullable;

/** Places of a task's programs that events show: the lines {@code event} of the step table and of followed.txt. */
enum Point {
  LOOKS_UP("lock_vma_under_rcu"),
  GRANTED("looked_up.granted"),
  /** The look-up has found nothing of this VMA. */
  FOUND_NOTHING("looked_up.nothing"),
  REFUSED("looked_up.refused"),
  OUTSIDE("looked_up.outside"),
  HANDLES("handle_mm_fault"),
  HANDLED("handle_mm_fault_ret.kept"),
  DROPPED("handle_mm_fault_ret.dropped"),
  DIED("died_in_fault"),
  HANDLES_UNDER_MMAP_LOCK("handle_mm_fault.mmap_lock"),
  STARTS_WRITE("__vma_start_write"),
  STARTED_WRITE("__vma_start_write_ret"),
  KILLED("__vma_start_write_killed"),
  DETACHES("vma_mark_detached"),
  DETACHED("vma_mark_detached_ret"),
  WAITS_AGAIN("__vma_exclude_readers_for_detach"),
  WAITED_AGAIN("__vma_exclude_readers_for_detach_ret"),
  GATHERS("vms_gather_munmap_vmas"),
  GATHERS_PART("vms_gather_munmap_vmas.part"),
  GATHERED("vms_gather_munmap_vmas_ret"),
  STORED("stored"),
  COPIED("vm_area_dup.fork"),
  COPIES_ANON("anon_vma_clone"),
  FREES("vm_area_free"),
  RELEASES("mmap_lock_released"),
  DOWNGRADES("mmap_write_downgrade"),
  NEVER("never");

  private final String text;

  Point(String text) {
    this.text = text;
  }

  /** The kernel's function, for a person. */
  String function() {
    return switch (this) {
      case GRANTED, FOUND_NOTHING, REFUSED, OUTSIDE -> "vma_start_read";
      case COPIED -> "dup_mmap";
      default -> {
        int dot = text.indexOf('.');
        String name = dot < 0 ? text : text.substring(0, dot);
        yield name.endsWith("_ret") ? name.substring(0, name.length() - "_ret".length()) : name;
      }
    };
  }

  /** What happens there, for a person. */
  String says() {
    return switch (this) {
      case GRANTED -> "a read lock";
      case FOUND_NOTHING, REFUSED, OUTSIDE -> "no read lock";
      case HANDLES -> "a fault under the VMA lock";
      case HANDLED -> "a fault that is over, under the VMA lock until then";
      case DROPPED -> "a fault that has given the VMA lock back";
      case DIED -> "a task that died in its fault, with the VMA lock";
      case HANDLES_UNDER_MMAP_LOCK -> "a fault under the mmap_lock";
      case GATHERS_PART -> "vms_gather_munmap_vmas() of a part";
      case STORED -> "a store in the tree";
      case COPIED -> "a copy in a fork";
      case COPIES_ANON -> "a copy of another's anon_vma";
      case RELEASES -> "the release of the mmap_lock";
      case DOWNGRADES -> "the downgrade of the mmap_lock";
      case NEVER -> "nothing more";
      default -> text.endsWith("_ret") ? "the return of " + function() + "()" : function() + "()";
    };
  }

  /** Whether it is the return of a function: such an event may be missed without a mark. */
  boolean isReturn() {
    return switch (this) {
      case GRANTED, FOUND_NOTHING, REFUSED, OUTSIDE, HANDLED, DROPPED, STARTED_WRITE, KILLED, DETACHED, WAITED_AGAIN, GATHERED -> true;
      default -> false;
    };
  }

  static @Nullable Point of(String text) {
    for (Point point : values()) {
      if (point.text.equals(text)) {
        return point;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text;
  }
}
