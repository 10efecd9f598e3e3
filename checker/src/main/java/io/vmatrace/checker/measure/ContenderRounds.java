package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.ContenderCost.Latency;
import io.vmatrace.checker.measure.MeasureJvm.Times;
import io.vmatrace.checker.measure.MeasureReport.Part;
import io.vmatrace.checker.measure.Operation.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What all JVMs of one contender measured in one part. Rounds of one JVM resemble each other, since its code is compiled by then, and
 * JVMs differ: so the median of a JVM's rounds is one sample, and intervals are over JVMs. The median, because other work on the
 * machine spoils single rounds.
 */
final class ContenderRounds {
  private final Part.Kind kind;
  private final long operations;
  private final List<List<Round>> forks = new ArrayList<>();
  private final Map<Call, List<Times>> times = new EnumMap<>(Call.class);
  private ContentionCounts counts = ContentionCounts.NONE;

  /**
   * @param operations in each round
   */
  ContenderRounds(Part.Kind kind, long operations) {
    this.kind = kind;
    this.operations = operations;
  }

  void beginFork() {
    forks.add(new ArrayList<>());
  }

  void add(Round round) {
    forks.getLast().add(round);
  }

  void add(ContentionCounts more) {
    counts = counts.plus(more);
  }

  void add(Map<Call, Times> latencies) {
    latencies.forEach((call, of) -> times.computeIfAbsent(call, _ -> new ArrayList<>()).add(of));
  }

  /** This contender's cost, compared with the floor and the baselines; that of today's order with its rivals too. */
  ContenderCost measured(String contender, Map<String, ContenderRounds> all) {
    Map<String, Interval> ratios = new LinkedHashMap<>();
    all.forEach((other, tally) -> {
      if (Contender.isCompared(contender, other)) {
        ratios.put(other, ratio(tally));
      }
    });
    Map<Call, Latency> latencies = new EnumMap<>(Call.class);
    times.forEach((call, of) -> latencies.put(call, latency(of)));
    return new ContenderCost(
        contender,
        interval(round -> operations * 1e9 / round.nanos()),
        interval(round -> (double) round.cpuNanos() / operations),
        interval(round -> (double) round.cpuNanos() / round.nanos()),
        ratios,
        latencies,
        counts);
  }

  private Interval interval(ToDoubleFunction<Round> of) {
    return Interval.of(forks.stream().mapToDouble(rounds -> median(rounds.stream().mapToDouble(of).toArray())).toArray());
  }

  /** This one's cost by another's in the same round. */
  private Interval ratio(ContenderRounds other) {
    double[] samples = new double[forks.size()];
    for (int fork = 0; fork < samples.length; fork++) {
      List<Round> mine = forks.get(fork);
      double[] ratios = new double[mine.size()];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = cost(mine.get(i)) / cost(other.forks.get(fork).get(i));
      }
      samples[fork] = median(ratios);
    }
    return Interval.of(samples);
  }

  private double cost(Round round) {
    return kind.isByProcessorTime() ? round.cpuNanos() : round.nanos();
  }

  private static double median(double[] samples) {
    Arrays.sort(samples);
    int middle = samples.length / 2;
    return samples.length % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
  }

  private static Latency latency(List<Times> of) {
    return new Latency(of.stream().mapToLong(Times::count).sum(), interval(of, Times::p50), interval(of, Times::p99), interval(of, Times::p999));
  }

  private static Interval interval(List<Times> of, ToLongFunction<Times> value) {
    return Interval.of(of.stream().mapToDouble(value::applyAsLong).toArray());
  }
}
