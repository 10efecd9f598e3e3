package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.reconstruct.Contradictions.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where in the capture each CPU has its first event and its last one. A ring buffer that loses events loses the first ones or the last ones. */
final class CpuSpans {
  /** A CPU may be silent for so many events of others at either end of a recording. */
  private static final long SILENT = 16;

  /** A CPU that is silent for more events of others, where its task changes an mm, at the end of a recording lets the capture contradict itself. */
  private static final long SILENT_IN_A_CHANGE = 1_024;

  private @Nullable KnownCpu[] cpus = new @Nullable KnownCpu[16];
  private long events;

  /** What was seen of a CPU, or null. */
  @Nullable KnownCpu seen(int cpu) {
    return cpu >= 0 && cpu < cpus.length ? cpus[cpu] : null;
  }

  /** What was seen of a CPU, of which that may be nothing yet. */
  KnownCpu of(int cpu) {
    KnownCpu seen = seen(cpu);
    return seen == null ? add(cpu) : seen;
  }

  private KnownCpu add(int cpu) {
    if (cpu >= cpus.length) {
      cpus = Arrays.copyOf(cpus, Integer.highestOneBit(cpu) * 2);
    }
    KnownCpu added = new KnownCpu();
    cpus[cpu] = added;
    return added;
  }

  /** An event of a CPU. */
  void event(KnownCpu cpu, long at, long time) {
    cpu.event(at, time, events++);
  }

  /** Whether a CPU had no event for {@link LastSeen#LEAST_OFF}, at some time from a moment on up to another. */
  boolean isAnyQuiet(Moment from, Moment now) {
    return Arrays.stream(cpus).anyMatch(cpu -> cpu != null && cpu.firstAt > 0 && (cpu.quietAt > from.at() || now.time() - cpu.lastTime >= LastSeen.LEAST_OFF));
  }

  /** Calls back for each CPU that was met. */
  void forEach(Consumer<KnownCpu> action) {
    for (KnownCpu cpu : cpus) {
      if (cpu != null) {
        action.accept(cpu);
      }
    }
  }

  /** How many CPUs had events. */
  int cpusSeen() {
    return (int) Arrays.stream(cpus).filter(cpu -> cpu != null && cpu.firstAt > 0).count();
  }

  boolean anySeen() {
    return events > 0;
  }

  long events() {
    return events;
  }

  /**
   * Whether a task that holds an mmap_lock, has asked for one, or is in a system call that takes it was the last one seen on its CPU, and others
   * go on for a while: that CPU's buffer may be full, and what the task did after that is missing.
   */
  boolean endsWithin(KnownTask task) {
    boolean changes = !task.holds().isEmpty() || task.asked.mm() != null || task.isInCallOnOwnMm();
    KnownCpu cpu = changes ? seen(task.seen.cpu()) : null;
    return cpu != null && cpu.lastAt == task.seen.at() && events > cpu.upTo && events - cpu.upTo <= SILENT_IN_A_CHANGE;
  }

  /**
   * The losses that would explain a contradiction.
   *
   * @param beginningsWhole whether no CPU lacks events before its first one
   */
  List<UnmarkedLoss> explaining(Contradictions contradictions, boolean beginningsWhole) {
    List<UnmarkedLoss> losses = new ArrayList<>();
    for (int number = 0; number < cpus.length && !contradictions.spans().isEmpty(); number++) {
      KnownCpu cpu = cpus[number];
      if (cpu != null && cpu.firstAt > 0 && cpu.before >= SILENT && !beginningsWhole) {
        addIfExplaining(new UnmarkedLoss(number, true, cpu.firstAt), contradictions, losses);
      }
      if (cpu != null && cpu.firstAt > 0 && events - cpu.upTo >= SILENT) {
        addIfExplaining(new UnmarkedLoss(number, false, cpu.lastAt), contradictions, losses);
      }
    }
    return losses;
  }

  private static void addIfExplaining(UnmarkedLoss loss, Contradictions contradictions, List<UnmarkedLoss> to) {
    if (contradictions.spans().stream().anyMatch(span -> explains(loss, span, contradictions))) {
      to.add(loss);
    }
  }

  /** Whether losses explain every contradiction: where one is left, something else is wrong too. */
  boolean isEachExplained(Contradictions contradictions, List<UnmarkedLoss> losses) {
    return contradictions.spans().stream().allMatch(span -> losses.stream().anyMatch(loss -> explains(loss, span, contradictions)));
  }

  private static boolean explains(UnmarkedLoss loss, Span span, Contradictions contradictions) {
    boolean uncovered = loss.isAtItsBeginning() ? span.since() < loss.at() : span.until() > loss.at();
    return uncovered && contradictions.canBeOn(span, loss.cpu());
  }
}
