package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The lives of VMAs in their trees, each on a track of its own: begun when stored, ended when detached, freed or out of the tree. */
final class Vmas {
  private static final String CATEGORY = "vma";
  private static final int EVERY_TASK = -1;

  /** A VMA that is in a tree; its beginning is written as soon as it reaches into the wanted time. */
  private static final class Life {
    final long id;
    final int process;
    final long begin;
    final boolean wanted;
    String range;
    boolean written;

    Life(long id, int process, long begin, boolean wanted, String range) {
      this.id = id;
      this.process = process;
      this.begin = begin;
      this.wanted = wanted;
      this.range = range;
    }
  }

  private final TraceEvents out;
  private final Tracks tracks;
  private final TimeWindow window;
  private final BiPredicate<@Nullable MmState, Integer> wanted;
  private final Map<VmaState, Life> open = new LinkedHashMap<>();
  private long lives;

  Vmas(TraceEvents out, Tracks tracks, TimeWindow window, BiPredicate<@Nullable MmState, Integer> wanted) {
    this.out = out;
    this.tracks = tracks;
    this.window = window;
    this.wanted = wanted;
  }

  /** A VMA is stored over [first, last] of its mm's tree. */
  void stored(VmaState vma, MmState mm, String comm, long first, long last, long time) {
    String range = Timeline.range(first, last + 1);
    Life life = open.get(vma);
    if (life == null) {
      boolean shown = wanted.test(mm, EVERY_TASK);
      life = new Life(++lives, shown ? tracks.process(mm, comm) : 0, time, shown, range);
      open.put(vma, life);
      write(life, vma, time);
    } else if (!life.range.equals(range)) {
      life.range = range;
      write(life, vma, time);
      if (life.written) {
        out.async("n", CATEGORY, Timeline.vmaName(vma), life.process, life.id, time, Map.of("range", range));
      }
    }
  }

  /** A VMA is not in its tree any more. */
  void end(VmaState vma, long time, Map<String, Object> how) {
    Life life = open.remove(vma);
    if (life != null) {
      end(life, vma, time, how);
    }
  }

  void endAll(long time, Map<String, Object> how) {
    open.forEach((vma, life) -> end(life, vma, time, how));
    open.clear();
  }

  private void end(Life life, VmaState vma, long time, Map<String, Object> how) {
    write(life, vma, time);
    if (life.written) {
      out.async("e", CATEGORY, Timeline.vmaName(vma), life.process, life.id, Math.max(time, life.begin), how);
    }
  }

  private void write(Life life, VmaState vma, long time) {
    if (life.wanted && !life.written && window.touches(life.begin, time)) {
      life.written = true;
      out.async("b", CATEGORY, Timeline.vmaName(vma), life.process, life.id, life.begin, Map.of("range", life.range));
    }
  }
}
