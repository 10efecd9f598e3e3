package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Cpus;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What is missing from the capture, and since when. A marker names a CPU: anything may have happened there after its last event
 * and before its next one, to any mm; events of other CPUs in between were judged without knowing of it.
 */
final class Losses {
  private static final int MOST_CPUS = 1 << 15;

  private final World world;
  private final CpuSpans spans = new CpuSpans();
  private boolean overran;

  /** Whether a kernel wrote all buffers to its console, mostly because it died. */
  private boolean dumped;

  private long lastTime = Long.MIN_VALUE;
  private long timeWentBack;
  private long wentBackAt;

  /** How many events the capture says to have, where it says that nothing was overwritten; else -1. */
  private long promised = -1;

  /** The last place before which everything is in the order of time. */
  private long unorderedAfter = Long.MAX_VALUE;

  private final OrderOfTime order = new OrderOfTime();

  Losses(World world) {
    this.world = world;
    world
        .step()
        .cpus(
            new Cpus() {
              @Override
              public boolean isAnyQuietSince(Moment from) {
                return spans.isAnyQuiet(from, world.now());
              }

              @Override
              public boolean isSure(Moment one, Moment other, boolean strict) {
                return world.clocks.isSure(one, other, strict);
              }

              @Override
              public boolean areContradicted(int cpu, int other, LongPredicate hold, LongPredicate reading) {
                return world.clocks.areContradicted(cpu, other, hold, reading);
              }
            });
  }

  /**
   * An event of a CPU: if that CPU has a loss after it, the loss ends here. A capture is in the order of time; where time goes
   * back, it is two captures or one that was put together, and what was known ends.
   */
  void event(int number, long at, long time) {
    if (time < lastTime) {
      goBack(at, time);
    } else {
      order.event(at, time);
    }
    lastTime = time;
    if (number < 0 || number >= MOST_CPUS) {
      return;
    }
    KnownCpu cpu = spans.of(number);
    if (overran && cpu.lastAt == 0 && spans.anySeen()) {
      world.lost(0); // as where "CPU buffer started" stands, which the trace option annotate prints
    }
    if (cpu.lost) {
      cpu.lost = false;
      world.lost(cpu.since());
    }
    spans.event(cpu, at, time);
  }

  /** Events of that time on may stand further down, and nothing that follows has its place. */
  private void goBack(long at, long time) {
    wentBackAt = timeWentBack++ == 0 ? at : wentBackAt;
    unorderedAfter = Math.min(unorderedAfter, order.lastBefore(time));
    world.lost(unorderedAfter);
  }

  /** The capture is what a kernel wrote to its console. */
  void dumped() {
    dumped = true;
  }

  /** Nothing was overwritten in the buffers: if so many events are here, none is missing before the first one of a CPU. */
  void nothingOverwritten(long events) {
    promised = events;
  }

  /** The buffers ran over: what a CPU did before its first event here is gone. */
  void overran() {
    overran = true;
  }

  /**
   * Holds that the capture contradicts, and that events of a CPU would explain from before its first event here or after its last one: then
   * its buffer ran over, or was full, and nothing says so. Takes what was concluded from that.
   */
  List<UnmarkedLoss> unmarked() {
    boolean beginningsWhole = promised >= 0 && spans.events() >= promised;
    List<UnmarkedLoss> found = spans.explaining(world.contradictions(), beginningsWhole);
    found.forEach(loss -> world.lost(loss.isAtItsBeginning() ? 0 : loss.at()));
    return spans.isEachExplained(world.contradictions(), found) ? found : List.of();
  }

  /** After which place a CPU that is silent until the end may have gone on to change an mm; Long.MAX_VALUE when there is none. */
  long endsWithin() {
    if (dumped) {
      return Long.MAX_VALUE; // what was recorded until then is there, of every CPU
    }
    long[] since = {Long.MAX_VALUE};
    world.forEachTask(task -> since[0] = spans.endsWithin(task) ? Math.min(since[0], task.seen.at()) : since[0]);
    return since[0];
  }

  /** The time of the last event of a CPU, or the earliest there is. */
  long lastTimeOf(int number) {
    KnownCpu cpu = spans.seen(number);
    return cpu == null || cpu.lastAt == 0 ? Long.MIN_VALUE : cpu.lastTime;
  }

  /** A marker, or input that could not be read. */
  void marker(EventKind kind, EventBatch events, int i) {
    if (kind == MarkerEvents.LOST_EVENTS || kind == MarkerEvents.THROTTLED || kind == MarkerEvents.UNTHROTTLED) {
      onCpu((int) events.value(i, Field.CPU));
    } else if (kind == MarkerEvents.BUFFER_STARTED) {
      world.lost(0);
    } else if (kind == MarkerEvents.DAMAGED) {
      world.lost(events.at(i) - 1);
    } else if (kind == MarkerEvents.DUMP_STARTED) {
      begin(events.at(i));
    } else {
      event(events.cpu(i), events.at(i), events.time(i));
    }
  }

  /** Another capture begins here: what it lost is not of the one before it, and its time may be earlier. */
  private void begin(long at) {
    finish();
    world.lost(at - 1);
    lastTime = Long.MIN_VALUE;
    unorderedAfter = Long.MAX_VALUE;
    order.begin(at - 1);
    spans.forEach(cpu -> cpu.begin(at));
  }

  /** Where that was so first. */
  long wentBackAt() {
    return wentBackAt;
  }

  /** How often an event was older than the one before it. */
  long timeWentBack() {
    return timeWentBack;
  }

  /** How many events of known CPUs there were. */
  long events() {
    return spans.events();
  }

  /** How many CPUs had events. */
  int cpusSeen() {
    return spans.cpusSeen();
  }

  /** The end of the capture ends every loss. */
  void finish() {
    spans.forEach(
        cpu -> {
          if (cpu.lost) {
            world.lost(cpu.since());
          }
        });
    if (unorderedAfter < Long.MAX_VALUE) {
      world.lost(unorderedAfter);
    }
  }

  private void onCpu(int number) {
    if (number < 0 || number >= MOST_CPUS) {
      world.lost(0);
      return;
    }
    KnownCpu cpu = spans.of(number);
    cpu.lost = true;
    world.lost(cpu.since());
  }
}
