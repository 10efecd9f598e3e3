package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.RefcountComparison.Outcome;
import io.vmatrace.checker.conform.VmaModel.Attached;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows the lock that is a reference count (docs/PROTOCOL.md, Transitions). What an event shows is compared with every value that the
 * steps before it can have led to; after a mismatch it continues from the observed value, so that one broken step
 * counts once and not at every later event.
 */
final class RefcountFollower implements Follower {
  /** With these handle_mm_fault() has ended the VMA read lock itself. */
  private static final long DROPPED = FaultFlags.VM_FAULT_RETRY | FaultFlags.VM_FAULT_COMPLETED;

  private final Variant variant;
  private final ConformanceResult result;
  private final Map<VmaState, VmaModel> models = new HashMap<>();
  private final Map<TaskState, VmaModel> reading = new HashMap<>();
  private final LookUps lookUps = new LookUps();
  private final RefcountComparison comparison;

  /** Mismatches that hold if the fault of a task kept its VMA lock to the end. */
  private final Map<TaskState, List<Mismatch>> suspicions = new HashMap<>();

  RefcountFollower(Variant variant, ConformanceResult result) {
    this.variant = variant;
    this.result = result;
    comparison = new RefcountComparison(variant, result, lookUps);
  }

  @Override
  public void forget() {
    models.clear();
    reading.clear();
    lookUps.forget();
    suspicions.clear();
  }

  @Override
  public void follow(Step step) {
    goesOn(step);
    if (step.sample().hasDetached()) {
      result.mismatch(step, ConformanceResult.function(step.op()), "a VMA with a detached flag", "vm_refcnt, which holds that too", "");
      return;
    }
    switch (step.op()) {
      case LOCK_VMA_UNDER_RCU -> {
        result.lookUp(step.task());
        lookUps.begin(step.task(), step.moment());
      }
      case VMA_START_READ -> granted(step);
      case VMA_START_READ_REFUSED -> result.refused++;
      case HANDLE_MM_FAULT -> handles(step);
      case HANDLE_MM_FAULT_RET, DIED_IN_FAULT -> faultEnds(step);
      case VMA_START_WRITE -> startsWrite(step);
      case VMA_START_WRITE_RET -> startedWrite(step);
      case VMA_MARK_DETACHED -> marksDetached(step);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> waitsAgain(step);
      case VMA_MARK_DETACHED_RET, VMA_EXCLUDE_READERS_FOR_DETACH_RET -> detached(step);
      case VM_AREA_ALLOC -> created(step);
      case VM_AREA_DUP -> {
        copied(step);
        created(step);
      }
      case VM_AREA_FREE -> freed(step);
      case VMS_GATHER_MUNMAP_VMAS_RET -> gathered(step);
      case MAS_STORE, VMA_COMPLETE, VMA_PREPARE, REMOVE_VMA -> changed(step);
      case EXIT_MMAP -> exits(step);
      default -> {}
    }
  }

  /** A task that does something else has returned from its look-up, and its fault is over. */
  private void goesOn(Step step) {
    TaskState task = step.task();
    switch (step.op()) {
      case PAGE_FAULT_SERVED, CONTENTION_BEGIN, TASK_SLEEPS, HANDLE_MM_FAULT, MMAP_LOCK_START, MMAP_LOCK_FAILED, MMAP_READ_LOCK, MMAP_READ_UNLOCK -> {}
      default -> {
        VmaModel model = task.faultCall().entered().known() ? null : reading.get(task);
        if (model != null && step.op() != Op.VMA_START_READ) {
          model.left(task, step.moment());
          reading.remove(task);
        }
      }
    }
    boolean looking = task.read().entered().known() && !task.read().granted().known();
    if (!looking || step.op() == Op.VMA_START_READ || step.op() == Op.VMA_START_READ_REFUSED) {
      lookUps.end(task, step.moment());
    }
  }

  private VmaModel model(VmaState vma) {
    return models.computeIfAbsent(vma, VmaModel::new);
  }

  private void granted(Step step) {
    result.granted++;
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma == null || mm == null) {
      return;
    }
    TaskState task = step.task();
    VmaModel model = model(vma);
    Moment entered = task.read().entered();
    WriteSection section = mm.section();
    boolean locked =
        vma.mm() == mm && vma.isWriteLockedIn(section) && vma.writeLocked().surelyBefore(entered) && section != null && section.task() != task;
    if (locked) {
      comparison.mismatch(new Outcome(step, "vma_start_read", model), "a read lock", "a refusal: the VMA was write-locked all the time");
    } else if (entered.known() && model.isCertainlyDetachedAt(entered) && vma.life() != VmaState.Life.UNKNOWN && isStillDetached(vma)) {
      comparison.mismatch(new Outcome(step, "vma_start_read", model), "a read lock", "another look: the VMA was detached all the time");
    } else {
      result.allowed();
    }
    model.read(task);
    reading.put(task, model);
  }

  private static boolean isStillDetached(VmaState vma) {
    return vma.life() == VmaState.Life.DETACHED || vma.life() == VmaState.Life.FREED;
  }

  private void handles(Step step) {
    VmaState vma = step.vma();
    boolean underVmaLock = step.isUnderVmaLock();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    Sample sample = step.sample();
    if (underVmaLock && sample.hasSeqs()) {
      comparison.compare(new Outcome(step, "vma_start_read", model), sample.lockSeq() != sample.mmSeq(), () -> "vm_lock_seq %d and mm_lock_seq the same".formatted(sample.lockSeq()), () -> "two that differ: the VMA is not write-locked");
    }
    if (sample.hasRefcnt()) {
      comparison.refcnt(new Outcome(step, "vma_start_read", model), underVmaLock ? Math.max(2, model.least(step.moment())) : model.least(step.moment()), model.most(step.moment()));
    }
    if (underVmaLock) {
      model.attached(Attached.YES, step.moment());
    }
  }

  /** __vma_start_write() is only called where vma_start_write() found that the VMA is not write-locked yet. */
  private void startsWrite(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    Sample sample = step.sample();
    if (sample.hasSeqs()) {
      comparison.compare(new Outcome(step, "vma_start_write", model), sample.lockSeq() != sample.mmSeq(), () -> "vm_lock_seq %d, and mm_lock_seq too".formatted(sample.lockSeq()), () -> "two that differ: else the inline part returns");
    }
    comparison.section(step, model);
    if (sample.hasRefcnt()) {
      comparison.refcnt(new Outcome(step, "vma_start_write", model), model.least(step.moment()), model.most(step.moment()));
    }
    model.exclude(step.task());
    result.exclude(step.task(), vma);
  }

  private void startedWrite(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    Sample sample = step.sample();
    model.include(step.moment());
    if (step.hasRet() && step.ret() != 0) {
      return; // interrupted: readers may still be there
    }
    if (sample.hasSeqs()) {
      comparison.compare(new Outcome(step, "__vma_start_write", model), sample.lockSeq() == sample.mmSeq(), () -> "vm_lock_seq %d, mm_lock_seq %d".formatted(sample.lockSeq(), sample.mmSeq()), () -> "two that are the same");
    }
    comparison.section(step, model);
    overlaps(step, model);
    model.readersLeft();
    if (sample.hasRefcnt()) {
      comparison.refcnt(new Outcome(step, variant.generation() == Generation.REFCOUNT ? "__vma_exit_locked" : "__vma_end_exclude_readers", model), model.least(step.moment()), model.most(step.moment()));
    }
    model.attached(Attached.EITHER, step.moment()); // an inline attach or detach may follow
  }

  /** Readers whose faults began before and may still hold the lock: their end tells. */
  private void overlaps(Step step, VmaModel model) {
    for (TaskState reader : model.readersInFault(step.moment())) {
      Mismatch mismatch =
          result.suspect(
              step, "__vma_start_write", "a write lock, while the fault of task %d continues under the VMA lock".formatted(reader.pid()),
              "a wait until the reader has left", comparison.state(model));
      suspicions.computeIfAbsent(reader, _ -> new ArrayList<>(1)).add(mismatch);
    }
  }

  /** The fault of a task is over. It held the VMA lock throughout unless it returned RETRY; or the task died in it. */
  private void faultEnds(Step step) {
    List<Mismatch> suspected = suspicions.remove(step.task());
    boolean dropped = step.op() == Op.HANDLE_MM_FAULT_RET && (!step.hasRet() || (step.ret() & DROPPED) != 0);
    if (suspected != null && !dropped) {
      suspected.forEach(result::mismatch);
    }
  }

  private void marksDetached(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    comparison.compare(new Outcome(step, "vma_mark_detached", model), variant.generation() == Generation.REFCOUNT, () -> "vma_mark_detached() out of line", () -> "it is inline from 7.0 on");
    if (step.sample().hasRefcnt()) {
      comparison.refcnt(new Outcome(step, "vma_mark_detached", model), Math.max(1, model.least(step.moment())), model.most(step.moment()));
    }
    model.attached(Attached.EITHER, step.moment());
    model.exclude(step.task());
    result.exclude(step.task(), vma);
  }

  /** The second wait of a detach: only if a spurious reader's reference was there at the drop. */
  private void waitsAgain(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    result.secondWaits++;
    Sample sample = step.sample();
    int readers = lookUps.at(step.moment(), step.task());
    if (readers > 0) {
      result.secondWaitsExplained++;
    }
    if (sample.hasRefcnt()) {
      model.attached(Attached.NO, step.moment());
      comparison.refcnt(new Outcome(step, "__vma_exclude_readers_for_detach", model), 0, readers);
    } else if (readers == 0) {
      result.unexplained(1, step);
    }
    model.attached(Attached.NO, step.moment());
    model.exclude(step.task());
    result.exclude(step.task(), vma);
  }

  private void detached(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    VmaModel model = model(vma);
    model.include(step.moment());
    model.readersLeft();
    none(step, "vma_mark_detached", model);
  }

  private void freed(Step step) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    none(step, "vm_area_free", model(vma));
    models.remove(vma);
  }

  /** Nobody has a reference, and nobody can get one. */
  private void none(Step step, String name, VmaModel model) {
    Sample sample = step.sample();
    if (sample.hasRefcnt()) {
      comparison.compare(new Outcome(step, name, model), sample.refcnt() == 0, () -> "vm_refcnt 0x%x".formatted(sample.refcnt()), () -> "0: the VMA is detached and unused");
    }
    model.attached(Attached.NO, step.moment());
  }

  private void created(Step step) {
    VmaState vma = step.vma();
    if (vma != null) {
      VmaModel model = new VmaModel(vma);
      model.attached(Attached.NO, step.moment());
      models.put(vma, model);
    }
  }

  /** dup_mmap() write-locks each VMA that it copies (bug B01). */
  private void copied(Step step) {
    MmState parent = step.task().forkParent();
    VmaState original = step.other();
    WriteSection section = parent == null ? null : step.task().sectionOf(parent);
    if (original != null && section != null) {
      comparison.compare(new Outcome(step, "dup_mmap", model(original)), original.isWriteLockedIn(section), () -> "a copy of a VMA that is not write-locked", () -> "vma_start_write() of the original before it");
    }
  }

  /** Every VMA of the range is detached. */
  private void gathered(Step step) {
    MmState mm = step.mm();
    if (mm == null || step.ret() != 0 || step.last() <= step.first()) {
      return;
    }
    mm.tree().within(step.range()).forEach(range -> {
      VmaState vma = range.vma();
      if (vma != null) {
        model(vma).attached(Attached.EITHER, step.moment());
      }
    });
  }

  /** A store, an insertion and a removal come with an inline attach or detach. */
  private void changed(Step step) {
    if (step.vma() != null && step.op() != Op.VMA_PREPARE && model(step.vma()).isKnown()) {
      model(step.vma()).attached(Attached.EITHER, step.moment());
    }
    if (step.other() != null && model(step.other()).isKnown()) {
      model(step.other()).attached(Attached.EITHER, step.moment());
    }
  }

  private void exits(Step step) {
    MmState mm = step.mm();
    if (mm != null) {
      models.keySet().removeIf(vma -> vma.mm() == mm);
    }
  }
}
