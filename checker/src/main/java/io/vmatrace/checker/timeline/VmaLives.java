package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.timeline.TraceEvents.AsyncTrack;
import io.vmatrace.checker.timeline.TraceEvents.Label;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The lives of VMAs, each on a track of its own: begun when stored in a tree, ended when freed; where the capture does not show that, when detached or
 * out of the tree.
 */
final class VmaLives {
  private static final String CATEGORY = "vma";
  private static final int EVERY_TASK = -1;

  /** So many VMAs that have left their trees are waited for to be freed. */
  private static final int MOST_DEPARTED = 4096;

  /** A VMA that is in a tree, or was; its beginning is written as soon as it reaches into the wanted time. */
  private static final class Life {
    final AsyncTrack track;
    final long begin;
    final boolean wanted;
    String range;
    boolean written;

    /** When it was detached or left the tree, and which of both. */
    long departed;

    Map<String, Object> how = Map.of();

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
  private final Map<VmaState, Life> departed = new LinkedHashMap<>();
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
      life = departed.remove(vma); // it is attached again
      if (life != null) {
        open.put(vma, life);
      }
    }
    if (life == null) {
      boolean shown = wanted.test(mm, EVERY_TASK);
      life = new Life(track(vma, shown ? tracks.process(mm, comm) : 0), time, shown, range);
      open.put(vma, life);
      write(life, time);
    } else if (!life.range.equals(range)) {
      life.range = range;
      note(life, time, Map.of("range", range));
    }
  }

  /** A VMA is detached, or out of its tree, and not freed yet. */
  void departs(VmaState vma, long time, Map<String, Object> how) {
    Life life = open.remove(vma);
    if (life != null) {
      life.departed = time;
      life.how = how;
      departed.put(vma, life);
      if (departed.size() > MOST_DEPARTED) {
        Iterator<Life> eldest = departed.values().iterator();
        endDeparted(eldest.next());
        eldest.remove();
      }
    }
    Life gone = departed.get(vma);
    if (gone != null) {
      note(gone, time, how);
    }
  }

  /** A VMA is freed. */
  void freed(VmaState vma, long time, Map<String, Object> how) {
    Life life = open.remove(vma);
    Life gone = departed.remove(vma);
    if (life != null) {
      end(life, time, how);
    } else if (gone != null) {
      end(gone, time, how);
    }
  }

  /** The VMA that has its address now is another one. */
  void isAnother(VmaState vma, long time, Map<String, Object> how) {
    Life life = open.remove(vma);
    Life gone = departed.remove(vma);
    if (life != null) {
      end(life, time, how);
    } else if (gone != null) {
      endDeparted(gone);
    }
  }

  void endAll(long time, Map<String, Object> how) {
    departed.values().forEach(this::endDeparted);
    departed.clear();
    open.values().forEach(life -> end(life, time, how));
    open.clear();
  }

  private void endDeparted(Life life) {
    end(life, life.departed, life.how);
  }

  private AsyncTrack track(VmaState vma, int process) {
    return new AsyncTrack(new Label(CATEGORY, Timeline.vmaName(vma)), process, ++lives);
  }

  private void note(Life life, long time, Map<String, Object> what) {
    write(life, time);
    if (life.written) {
      out.async("n", life.track, time, what);
    }
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
