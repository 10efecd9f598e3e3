package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.timeline.TraceEvents.AsyncTrack;
import io.vmatrace.checker.timeline.TraceEvents.Label;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The lives of VMAs in their trees, each on a track of its own: begun when stored, ended when detached, freed or out of the tree. */
final class VmaLives {
  private static final String CATEGORY = "vma";
  private static final int EVERY_TASK = -1;

  /** A VMA that is in a tree; its beginning is written as soon as it reaches into the wanted time. */
  private static final class Life {
    final AsyncTrack track;
    final long begin;
    final boolean wanted;
    String range;
    boolean written;

    Life(AsyncTrack track, long begin, boolean wanted, String range) {
      this.track = track;
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

  VmaLives(TraceEvents out, Tracks tracks, TimeWindow window, BiPredicate<@Nullable MmState, Integer> wanted) {
    this.out = out;
    this.tracks = tracks;
    this.window = window;
    this.wanted = wanted;
  }

  /** A VMA is stored over a range of its mm's tree. */
  void stored(VmaState vma, MmState mm, String comm, String range, long time) {
    Life life = open.get(vma);
    if (life == null) {
      boolean shown = wanted.test(mm, EVERY_TASK);
      life = new Life(track(vma, shown ? tracks.process(mm, comm) : 0), time, shown, range);
      open.put(vma, life);
      write(life, time);
    } else if (!life.range.equals(range)) {
      life.range = range;
      write(life, time);
      if (life.written) {
        out.async("n", life.track, time, Map.of("range", range));
      }
    }
  }

  /** A VMA is not in its tree any more. */
  void end(VmaState vma, long time, Map<String, Object> how) {
    Life life = open.remove(vma);
    if (life != null) {
      end(life, time, how);
    }
  }

  void endAll(long time, Map<String, Object> how) {
    open.values().forEach(life -> end(life, time, how));
    open.clear();
  }

  private AsyncTrack track(VmaState vma, int process) {
    return new AsyncTrack(new Label(CATEGORY, Timeline.vmaName(vma)), process, ++lives);
  }

  private void end(Life life, long time, Map<String, Object> how) {
    write(life, time);
    if (life.written) {
      out.async("e", life.track, Math.max(time, life.begin), how);
    }
  }

  private void write(Life life, long time) {
    if (life.wanted && !life.written && window.touches(life.begin, time)) {
      life.written = true;
      out.async("b", life.track, life.begin, Map.of("range", life.range));
    }
  }
}
