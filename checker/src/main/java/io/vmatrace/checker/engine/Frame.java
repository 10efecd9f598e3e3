package io.vmatrace.checker.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation under way: its place, and its local values. */
public final class Frame {
  public final Program program;
  public final TaskStruct task;
  public int pc;

  public @Nullable MmStruct mm;
  public @Nullable MmStruct otherMm;
  public @Nullable VmAreaStruct vma;
  @Nullable VmAreaStruct other;

  /** A range of addresses, the last one inside it; or an address alone. */
  public long first;

  public long last;

  /** An address inside its VMA. */
  public long at;

  /** The nodes of the tree that a walk is in. */
  MapleTree<VmAreaStruct> tree = MapleTree.empty();

  /** VMAs on a list of the task's own: those of mas_detach. */
  public final List<VmAreaStruct> vmas = new ArrayList<>(0);

  int i;
  public int value;
  public boolean flag;

  /** The result of the operation called last. */
  int got;

  @Nullable VmAreaStruct gotVma;

  Frame(Program program, TaskStruct task) {
    this.program = program;
    this.task = task;
  }

  public MmStruct mm() {
    return present(mm);
  }

  MmStruct otherMm() {
    return present(otherMm);
  }

  public VmAreaStruct vma() {
    return present(vma);
  }

  VmAreaStruct other() {
    return present(other);
  }

  public Machine machine() {
    return task.machine();
  }

  /** The current VMA of the list. */
  VmAreaStruct listed() {
    return vmas.get(i);
  }

  private <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("%s was not told all that it needs, at step %d".formatted(program.id(), pc));
    }
    return value;
  }
}
