package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** A writer waits in mm->vma_writer_wait, which has room for one task: the mmap_lock admits one writer. */
final class OneWriterWaits extends Rule {
  private final PerMm<Inside> writer = new PerMm<>();

  OneWriterWaits() {
    super(hang("R30", "at most one task per mm is inside __vma_start_write()").since("6.15").on(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET)
        .relyingOn(Fact.IN_START_WRITE).sources("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null) {
      return;
    }
    Inside inside = writer.get(mm);
    if (step.op() == Op.VMA_START_WRITE) {
      writer.put(mm, entered(step, inside));
    } else if (inside != null && inside.task == step.task()) {
      writer.put(mm, null);
      judge(step, inside, checks);
    }
  }

  private static Inside entered(Step step, @Nullable Inside inside) {
    boolean second = inside != null && inside.task != step.task() && inside.entered.surelyBefore(step.moment());
    return inside != null && second
        ? new Inside(inside.task, inside.entered, step.task(), step.moment().copy())
        : new Inside(step.task(), step.moment().copy(), null, null);
  }

  private static void judge(Step step, Inside inside, Checks checks) {
    boolean returns = step.task().startWrite().entered().at() == inside.entered.at();
    if (inside.other != null && inside.otherEntered != null && returns && inside.otherEntered.surelyBefore(step.moment())) {
      checks.broken(
          "two tasks were inside __vma_start_write() of one mm: %d and %d".formatted(inside.task.pid(), inside.other.pid()),
          seen(inside.entered, "task %d enters __vma_start_write()".formatted(inside.task.pid())),
          broke(inside.otherEntered, "task %d enters it too".formatted(inside.other.pid())));
    } else {
      checks.held();
    }
  }

  /** The task that is inside __vma_start_write() of an mm, and another that entered it meanwhile. It was inside if it returns after that. */
  private record Inside(TaskState task, Moment entered, @Nullable TaskState other, @Nullable Moment otherEntered) {}
}
