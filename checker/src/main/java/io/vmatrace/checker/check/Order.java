package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Cpus;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events that a verdict rests on: whether those of several CPUs came in the order of their times, which only the whole capture tells. */
final class Order {
  /** Of no events. */
  static final Order NONE = new Order(Cpus.NOT_KNOWN, List.of(), Set.of());

  private final Cpus cpus;
  private final List<Moment> moments;
  private final boolean closely;

  /** Whether the verdict is itself that holds exclude each other, or that a value only rises: then it is no doubt that they do not. */
  private final boolean ofHolds;

  private final boolean ofValues;

  /** When the hold that the verdict rests on ended, where that is not the step's task's. */
  private @Nullable Moment ended;

  private Order(Cpus cpus, List<Moment> moments, Set<Fact> restsOn) {
    this.cpus = cpus;
    this.moments = moments;
    closely = restsOn.contains(Fact.CLOCKS_AGREE);
    ofHolds = restsOn.contains(Fact.HELD_WHILE_LOGGED);
    ofValues = restsOn.contains(Fact.MM_SEQ) || restsOn.contains(Fact.LOCK_SEQ);
  }

  static Order of(Step step, Set<Fact> restsOn, List<Evidence> evidence) {
    List<Moment> moments = new ArrayList<>(evidence.stream().map(Evidence::moment).toList());
    moments.add(step.moment().copy());
    boolean onSeveralCpus = moments.stream().anyMatch(moment -> moment.cpu() != step.moment().cpu());
    return onSeveralCpus ? new Order(step.cpus(), moments, restsOn) : NONE;
  }

  /** The hold that it rests on ends; what ends after that is another one. */
  void endsAt(Moment end) {
    if (this != NONE && ended == null) {
      ended = end.copy();
    }
  }

  /** Whether it did, as far as the capture tells up to now. */
  boolean isSure() {
    return (ended == null || cpus.isSure(moments.getLast(), ended, true)) && moments.stream().allMatch(one -> moments.stream().allMatch(other -> isSure(one, other)));
  }

  private boolean isSure(Moment one, Moment other) {
    return cpus.isSure(one, other, closely) && !cpus.areContradicted(one.cpu(), other.cpu(), at -> ofHolds && isOf(at), at -> ofValues && isOf(at));
  }

  private boolean isOf(long at) {
    return moments.stream().anyMatch(moment -> moment.at() == at);
  }
}
