package io.vmatrace.parser.record;

import io.vmatrace.parser.event.Calls;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.TaskCalls;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Gives each return of function_graph its call's values, task by task, once the events of all CPUs are in order: a task may have
 * moved to another CPU in between. A return without its call says nothing, as in the text of the tracer.
 */
public final class FunctionReturns implements Predicate<EventBatch> {
  private static final EventKind[] LEFT = left();

  private final Predicate<EventBatch> next;
  private final TaskCalls calls = new TaskCalls();
  private boolean any;
  private long withoutCall;

  /** @param next whom the events are for */
  public FunctionReturns(Predicate<EventBatch> next) {
    this.next = next;
  }

  /** Returns that were counted as decoded and turned out to say nothing. */
  public long withoutCall() {
    return withoutCall;
  }

  @Override
  public boolean test(EventBatch events) {
    any |= events.calls().any();
    for (int i = 0; any && i < events.size(); i++) {
      event(events, i);
    }
    return next.test(events);
  }

  private void event(EventBatch events, int i) {
    int call = events.calls().call(i);
    int returned = events.calls().returned(i);
    if (call >= 0) {
      called(events, i, call);
    } else if (returned >= 0) {
      returned(events, i, returned);
    } else if (isLoss(events.kind(i))) {
      calls.forget();
    }
  }

  private static boolean isLoss(EventKind kind) {
    return MarkerEvents.isLoss(kind);
  }

  private void called(EventBatch events, int i, int depth) {
    EventKind kind = events.kind(i);
    boolean forReturnOnly = kind.source() == EventKind.Source.PROBE_RETURN;
    Calls of = calls.of(events.task(i));
    of.enter(depth, forReturnOnly ? kind : LEFT[kind.ordinal()], true);
    of.keep(depth, events, i);
    if (forReturnOnly) {
      events.forget(i);
    }
  }

  private void returned(EventBatch events, int i, int depth) {
    EventKind kind = events.kind(i);
    Calls of = calls.of(events.task(i));
    boolean known = of.leave(depth) == kind;
    if (known) {
      of.put(depth, events, i);
    }
    if (!known || !kind.isComplete(events.present(i))) {
      events.forget(i);
      withoutCall += kind.isIgnored() ? 0 : 1;
    }
  }

  /** The return of each call. */
  private static EventKind[] left() {
    EventKind[] left = new EventKind[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      byte[] name = kind.kernelName().getBytes(StandardCharsets.US_ASCII);
      left[kind.ordinal()] = EventNames.functionLeft(name, 0, name.length);
    }
    return left;
  }
}
