package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.MeasureReport.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs captured operations on real threads under each variant and each baseline, and measures their cost. A fork is one JVM for each
 * contender, all alive at the same time. In each round they run one after the other, so that other work on the machine affects all of
 * them, and their costs are compared within the round. Their order differs from fork to fork.
 */
public final class Measure {
  /**
   * How much to run.
   *
   * @param operations of each contender, in all measured rounds of a part together, about: a workload is repeated as a whole
   * @param threads on which the operations are run; null for as many as the capture has tasks, and for the faults in one mm two
   * @param forks how often each contender has a JVM
   * @param warmUps rounds in each JVM that do not count
   * @param rounds rounds in each JVM that count
   */
  public record Settings(long operations, @Nullable Integer threads, int forks, int warmUps, int rounds) {
    /** Rounds of warm-up: many, because the JIT compiler recompiles late. */
    public static final int WARM_UPS = 15;

    public static final long OPERATIONS = 10_000_000;
    public static final int FORKS = 5;
    public static final int ROUNDS = 5;

    private int repeats(Workload workload) {
      return Math.clamp(operations / forks / rounds / Math.max(1, workload.size()), 1, Integer.MAX_VALUE);
    }
  }

  private final Settings settings;
  private final LongConsumer progress;
  private long done;

  /**
   * @param progress told how many of the {@link #steps} are done, at each
   */
  public Measure(Settings settings, LongConsumer progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** How many rounds there are in all, of warm-up too. */
  public static long steps(Settings settings, Workload workload) {
    long faults = workload.faults() > 0 ? 2L * Contender.ofFaults().size() : 0;
    return (faults + Contender.ofAll().size()) * settings.forks * (settings.warmUps + settings.rounds);
  }

  /**
   * Measures a workload, which must not be empty: its faults alone, on one thread and on several in one mm, and all of it.
   *
   * @param path of the capture that it is of
   * @throws IOException when a JVM cannot be started, or ends early
   */
  public MeasureReport run(String path, Workload workload) throws IOException {
    List<Part> parts = new ArrayList<>();
    if (workload.faults() > 0) {
      parts.add(part(Part.Kind.FAULTS_ALONE, workload.faultsOnly(), Contender.ofFaults()));
      parts.add(part(Part.Kind.FAULTS_TOGETHER, workload.faultsOnly(settings.threads == null ? 2 : settings.threads), Contender.ofFaults()));
    }
    parts.add(part(Part.Kind.ALL, settings.threads == null ? workload : workload.onThreads(settings.threads), Contender.ofAll()));
    return new MeasureReport(path, Runtime.getRuntime().availableProcessors(), Runtime.version().toString(), settings, parts);
  }

  private Part part(Part.Kind kind, Workload workload, List<String> contenders) throws IOException {
    int repeats = settings.repeats(workload);
    long operations = workload.size() * repeats;
    Map<String, ContenderRounds> tallies = new LinkedHashMap<>();
    contenders.forEach(contender -> tallies.put(contender, new ContenderRounds(kind, operations)));
    for (int fork = 0; fork < settings.forks; fork++) {
      List<String> order = new ArrayList<>(contenders);
      Collections.shuffle(order, new Random(fork));
      fork(kind, workload, repeats, order, tallies);
    }
    List<ContenderCost> measured = contenders.stream().map(contender -> of(tallies, contender).measured(contender, tallies)).toList();
    return new Part(kind, workload.tasks().size(), workload.size(), operations, measured);
  }

  private void fork(Part.Kind kind, Workload workload, int repeats, List<String> order, Map<String, ContenderRounds> tallies) throws IOException {
    List<MeasureJvm> jvms = new ArrayList<>();
    try {
      for (String contender : order) {
        jvms.add(MeasureJvm.start(contender, repeats));
      }
      for (MeasureJvm jvm : jvms) {
        jvm.send(workload);
      }
      rounds(jvms, tallies);
      if (kind == Part.Kind.ALL) {
        for (MeasureJvm jvm : jvms) {
          of(tallies, jvm.contender()).add(jvm.latencies());
        }
      }
    } finally {
      jvms.forEach(MeasureJvm::close);
    }
  }

  private void rounds(List<MeasureJvm> jvms, Map<String, ContenderRounds> tallies) throws IOException {
    for (MeasureJvm jvm : jvms) {
      for (int i = 0; i < settings.warmUps; i++) {
        jvm.round();
        progress.accept(++done);
      }
      jvm.counts();
    }
    tallies.values().forEach(ContenderRounds::beginFork);
    for (int i = 0; i < settings.rounds; i++) {
      for (MeasureJvm jvm : jvms) {
        of(tallies, jvm.contender()).add(jvm.round());
        progress.accept(++done);
      }
    }
    for (MeasureJvm jvm : jvms) {
      of(tallies, jvm.contender()).add(jvm.counts());
    }
  }

  private static ContenderRounds of(Map<String, ContenderRounds> tallies, String contender) {
    return Objects.requireNonNull(tallies.get(contender), contender);
  }
}
