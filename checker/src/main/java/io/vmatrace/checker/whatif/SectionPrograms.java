package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Frames;
import io.vmatrace.checker.engine.MmStruct;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.Programs;
import io.vmatrace.checker.engine.TaskStruct;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.VmaChange;
import java.util.Iterator;
import java.util.List;

/** Programs for the captured operations, made of the parts of the operations of {@link Programs}. */
final class SectionPrograms {
  private final Programs programs;
  private final Program read;
  private final Program write;

  SectionPrograms(Programs programs) {
    this.programs = programs;
    read =
        Program.named(ProgramId.READ_SECTION)
            .call(programs.mmapLock.readLock, Frames::same)
            .call(programs.mmapLock.readUnlock, Frames::same)
            .build();
    write =
        Program.named(ProgramId.VMA_START_WRITE)
            .note(f -> f.vma = f.mm().tree.load(f.at))
            .on(f -> f.vma == null, "none")
            .call(programs.vmaLock.startWrite(), Frames::same)
            .label("none")
            .build();
  }

  /** Begins an operation of a task. */
  void begin(TaskStruct task, CapturedOperation operation, List<MmStruct> mms) {
    Frame frame = task.begin(program(operation));
    frame.mm = mms.get(operation.mm());
    frame.first = operation.page();
    frame.last = operation.page();
    if (operation.call() == Call.FORK) {
      frame.otherMm = mms.get(operation.child());
    }
  }

  private Program program(CapturedOperation operation) {
    return switch (operation.call()) {
      case FAULT -> programs.faulting.fault;
      case LOOK_UP -> programs.faulting.dontneed;
      case READ -> read;
      case WRITE -> section(operation);
      case FORK -> programs.forkAndExit.dupMmap;
      case EXIT -> programs.forkAndExit.mmput;
    };
  }

  private Program section(CapturedOperation operation) {
    boolean downgrades = operation.downgrades() && isUnmap(operation.changes());
    Program.Builder section = Program.named(ProgramId.WRITE_SECTION).call(programs.mmapLock.writeLock, Frames::same);
    for (Iterator<VmaChange> changes = operation.changes().iterator(); changes.hasNext(); ) {
      VmaChange change = changes.next();
      switch (change.kind()) {
        case SPLIT_BELOW, SPLIT_ABOVE -> split(section, change);
        case UNMAP -> unmap(section, change, downgrades && !changes.hasNext());
        case REPLACE -> replace(section, change, changes.next());
        case MAP -> section.call(programs.mapping.map, (from, to) -> fill(from, to, change)); // over whatever was not seen to be unmapped
        case WRITE, EXTEND, SHRINK -> section.call(put(change), (from, to) -> fill(from, to, change));
      }
    }
    return section.call(downgrades ? programs.mmapLock.readUnlock : programs.mmapLock.writeUnlock, Frames::same).build();
  }

  /** Only munmap() downgrades, when all is out of the tree (mm/vma.c vms_complete_munmap_vmas()). */
  private static boolean isUnmap(List<VmaChange> changes) {
    return !changes.isEmpty() && changes.getLast().kind() == VmaChange.Kind.UNMAP;
  }

  private Program put(VmaChange change) {
    return switch (change.kind()) {
      case WRITE -> write;
      case EXTEND -> programs.edits.commitMerge;
      case SHRINK -> programs.edits.shrink;
      default -> programs.edits.newVma;
    };
  }

  private void unmap(Program.Builder section, VmaChange change, boolean downgrades) {
    section.call(programs.unmapping.unmap, (from, to) -> {
      fill(from, to, change);
      to.flag = downgrades;
    });
  }

  private void replace(Program.Builder section, VmaChange gathered, VmaChange by) {
    Program replace =
        programs.mapping.replace(put(by), (from, to) -> {
          fill(from, to, by);
          to.vmas.addAll(from.vmas);
        });
    section.call(replace, (from, to) -> fill(from, to, gathered));
  }

  private void split(Program.Builder section, VmaChange change) {
    String label = "split %d".formatted(change.at());
    section
        .note(f -> f.vma = f.mm().tree.load(change.at()))
        .on(f -> f.vma == null || f.vma().start == change.at(), label)
        .call(programs.edits.split, (from, to) -> {
          to.mm = from.mm;
          to.vma = from.vma;
          to.first = change.at();
          to.flag = change.kind() == VmaChange.Kind.SPLIT_BELOW;
        })
        .label(label);
  }

  private static void fill(Frame from, Frame to, VmaChange change) {
    to.mm = from.mm;
    to.at = change.at();
    to.first = change.first();
    to.last = change.last();
  }
}
