package io.vmatrace.checker.slice;

import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Of which tasks the lines of a window are, and which of them say that events are missing. */
final class WindowLines {
  private static final int NONE = Integer.MIN_VALUE;

  /** The task of each line. */
  private final int[] tasks;

  /** Lines that say that events are missing. */
  private final BitSet losses;

  private WindowLines(int[] tasks, BitSet losses) {
    this.tasks = tasks;
    this.losses = losses;
  }

  static WindowLines of(Window window, CaptureRun.Options options) throws CaptureException {
    WindowLines lines = new WindowLines(new int[window.lines()], new BitSet());
    Arrays.fill(lines.tasks, NONE);
    try (Capture capture = Captures.open(CaptureSource.of(window.file().toString()), options.limits(), options.names())) {
      capture.decode(events -> lines.read(events, window.head()), true, _ -> {});
    }
    return lines;
  }

  private boolean read(EventBatch events, int head) {
    for (int i = 0; i < events.size(); i++) {
      int numbered = events.raw().tag(i); // of a text whose events are numbered it is the line
      long line = (numbered > 0 ? numbered : events.at(i)) - head - 1;
      if (line >= 0 && line < tasks.length) {
        boolean loss = MarkerEvents.isLoss(events.kind(i));
        tasks[(int) line] = loss ? NONE : events.task(i);
        losses.set((int) line, loss);
      }
    }
    return true;
  }

  /** The tasks with the most lines, those with more first. */
  List<Integer> busiest(int most) {
    Map<Integer, Integer> counts = new TreeMap<>();
    IntStream.of(tasks).filter(task -> task != NONE).forEach(task -> counts.merge(task, 1, Integer::sum));
    return counts.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).limit(most).map(Map.Entry::getKey).toList();
  }

  BitSet of(int task) {
    BitSet lines = new BitSet();
    IntStream.range(0, tasks.length).filter(i -> tasks[i] == task).forEach(lines::set);
    return lines;
  }

  /**
   * What is left out where these lines are not wanted: not what says that events are missing between other lines.
   *
   * @param unwanted is changed
   */
  BitSet leftOut(BitSet unwanted) {
    BitSet left = unwanted;
    left.andNot(losses);
    BitSet kept = (BitSet) losses.clone();
    kept.or(left);
    kept.flip(0, tasks.length);
    int first = kept.nextSetBit(0);
    int last = kept.previousSetBit(tasks.length - 1);
    losses.stream().filter(loss -> first < 0 || loss < first || loss > last).forEach(left::set);
    return left;
  }

  /** These lines without some. */
  WindowLines without(BitSet left) {
    int[] kept = IntStream.range(0, tasks.length).filter(i -> !left.get(i)).toArray();
    BitSet keptLosses = new BitSet();
    IntStream.range(0, kept.length).filter(i -> losses.get(kept[i])).forEach(keptLosses::set);
    return new WindowLines(IntStream.of(kept).map(i -> tasks[i]).toArray(), keptLosses);
  }
}
