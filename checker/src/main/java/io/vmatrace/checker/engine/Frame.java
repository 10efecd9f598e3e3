package io.vmatrace.checker.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation under way: where it is, and what it alone knows. */
final class Frame {
  final Program program;
  final TaskStruct task;
  int pc;

  @Nullable MmStruct mm;
  @Nullable MmStruct otherMm;
  @Nullable VmAreaStruct vma;
  @Nullable VmAreaStruct other;

  /** A range of addresses, the last one inside it; or an address alone. */
  long first;

  long last;

  /** An address inside of the VMA that it is about. */
  long at;

  /** The nodes of the tree that a walk has come to. */
  MapleTree tree = MapleTree.EMPTY;

  /** VMAs on a list of the task's own: those of mas_detach. */
  final List<VmAreaStruct> vmas = new ArrayList<>(0);

  int i;
  int value;
  boolean flag;

  /** What the operation called last gave back. */
  int got;

  @Nullable VmAreaStruct gotVma;

  Frame(Program program, TaskStruct task) {
    this.program = program;
    this.task = task;
  }

  MmStruct mm() {
    return present(mm);
  }

  MmStruct otherMm() {
    return present(otherMm);
  }

  VmAreaStruct vma() {
    return present(vma);
  }

  VmAreaStruct other() {
    return present(other);
  }

  Machine machine() {
    return task.machine();
  }

  /** The VMA of the list that it is at. */
  VmAreaStruct listed() {
    return vmas.get(i);
  }

  private <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("%s was not told all that it needs, at step %d".formatted(program.name(), pc));
    }
    return value;
  }
}
