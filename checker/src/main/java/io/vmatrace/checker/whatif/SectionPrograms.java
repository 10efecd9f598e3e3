package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Frames;
import io.vmatrace.checker.engine.MmStruct;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.Programs;
import io.vmatrace.checker.engine.TaskStruct;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.whatif.CapturedOperation.Call;
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
    boolean downgrades = operation.downgrades() && isUnmap(operation.acts());
    Program.Builder section = Program.named(ProgramId.WRITE_SECTION).call(programs.mmapLock.writeLock, Frames::same);
    for (Iterator<VmaChange> acts = operation.acts().iterator(); acts.hasNext(); ) {
      VmaChange act = acts.next();
      switch (act.kind()) {
        case SPLIT_BELOW, SPLIT_ABOVE -> split(section, act);
        case UNMAP -> unmap(section, act, downgrades && !acts.hasNext());
        case REPLACE -> replace(section, act, acts.next());
        case MAP -> section.call(programs.mapping.map, (from, to) -> fill(from, to, act)); // over whatever was not seen to be unmapped
        case WRITE, EXTEND, SHRINK -> section.call(put(act), (from, to) -> fill(from, to, act));
      }
    }
    return section.call(downgrades ? programs.mmapLock.readUnlock : programs.mmapLock.writeUnlock, Frames::same).build();
  }

  /** Only munmap() downgrades, when all is out of the tree (mm/vma.c vms_complete_munmap_vmas()). */
  private static boolean isUnmap(List<VmaChange> acts) {
    return !acts.isEmpty() && acts.getLast().kind() == VmaChange.Kind.UNMAP;
  }

  private Program put(VmaChange act) {
    return switch (act.kind()) {
      case WRITE -> write;
      case EXTEND -> programs.edits.commitMerge;
      case SHRINK -> programs.edits.shrink;
      default -> programs.edits.newVma;
    };
  }

  private void unmap(Program.Builder section, VmaChange act, boolean downgrades) {
    section.call(programs.unmapping.unmap, (from, to) -> {
      fill(from, to, act);
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

  private void split(Program.Builder section, VmaChange act) {
    String label = "split %d".formatted(act.at());
    section
        .note(f -> f.vma = f.mm().tree.load(act.at()))
        .on(f -> f.vma == null || f.vma().start == act.at(), label)
        .call(programs.edits.split, (from, to) -> {
          to.mm = from.mm;
          to.vma = from.vma;
          to.first = act.at();
          to.flag = act.kind() == VmaChange.Kind.SPLIT_BELOW;
        })
        .label(label);
  }

  private static void fill(Frame from, Frame to, VmaChange act) {
    to.mm = from.mm;
    to.at = act.at();
    to.first = act.first();
    to.last = act.last();
  }
}
