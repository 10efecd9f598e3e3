package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.reconstruct.Contradictions.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where in the capture each CPU has its first event and its last one. A ring buffer that loses events loses the first ones or the last ones. */
final class CpuSpans {
  /** A CPU may be silent for so many events of others at either end of a recording. */
  private static final long SILENT = 16;

  private long[] firstAt = new long[16];
  private long[] lastAt = new long[16];
  private long[] before = new long[16];
  private long[] upTo = new long[16];
  private long events;

  /** An event of a CPU. */
  void event(int cpu, long at) {
    if (cpu >= lastAt.length) {
      grow(cpu);
    }
    if (firstAt[cpu] == 0) {
      firstAt[cpu] = at;
      before[cpu] = events;
    }
    events++;
    lastAt[cpu] = at;
    upTo[cpu] = events;
  }

  boolean anySeen() {
    return events > 0;
  }

  long events() {
    return events;
  }

  /** The losses that would explain a contradiction. */
  List<UnmarkedLoss> explaining(Contradictions contradictions) {
    List<UnmarkedLoss> losses = new ArrayList<>();
    for (int cpu = 0; cpu < firstAt.length && !contradictions.spans().isEmpty(); cpu++) {
      if (firstAt[cpu] > 0 && before[cpu] >= SILENT) {
        addIfExplaining(new UnmarkedLoss(cpu, true, firstAt[cpu]), contradictions, losses);
      }
      if (firstAt[cpu] > 0 && events - upTo[cpu] >= SILENT) {
        addIfExplaining(new UnmarkedLoss(cpu, false, lastAt[cpu]), contradictions, losses);
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

  private void grow(int cpu) {
    int n = Integer.highestOneBit(cpu) * 2;
    firstAt = Arrays.copyOf(firstAt, n);
    lastAt = Arrays.copyOf(lastAt, n);
    before = Arrays.copyOf(before, n);
    upTo = Arrays.copyOf(upTo, n);
  }
}
