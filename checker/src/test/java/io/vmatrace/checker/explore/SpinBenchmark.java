package io.vmatrace.checker.explore;

import com.sun.management.OperatingSystemMXBean;
import io.vmatrace.checker.steps.Design;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * States per second of processor time and bytes per state, beside SPIN's with the same model, turn by turn. The explorer's code is warm, and its
 * time has the search for ways to go on for ever in it, which SPIN leaves out. docs/EXPLORE.md says what it gave.
 */
public final class SpinBenchmark {
  /** So many faults beside a munmap: 6,139, 99,138, 1,542,945 and 23,531,156 states. */
  private static final List<Integer> FAULTS = List.of(2, 3, 4, 5);

  private static final int WARM_UP = 40;
  private static final int ROUNDS = 3;
  private static final long LEAST_STATES = 3_000_000;

  /** The times of the children, in the last line of sh's {@code times}. */
  private static final Pattern TIMES = Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*\\z");

  private SpinBenchmark() {}

  private static Scenario faults(int count) {
    StringBuilder text = new StringBuilder("scenario faults: faults beside a munmap\n  mms 1  pages 2  vmas 1\n  map mm0 0 1\n  task munmap mm0 0 1\n  task fault mm0 0 0\n");
    text.repeat("  task fault mm0 1 1\n", count - 1);
    return Objects.requireNonNull(Scenario.read(text.toString().lines().toList()).get("faults"));
  }

  private static Explorer explorer(int faults) {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"));
    return new Explorer(faults(faults), design, design.table(), 100_000_000);
  }

  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static long live() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** States per second of this process' processor time, with what the JVM itself needs. */
  private static double explore(int faults, long times) {
    long begin = processorTime();
    long states = 0;
    for (long i = 0; i < times; i++) {
      states += explorer(faults).explore().states();
    }
    return states * 1e9 / (processorTime() - begin);
  }

  private static double spin(Path in, long states, long times) throws Exception {
    String said = Spin.run(in, List.of("sh", "-c", "i=0; while [ $i -lt %d ]; do ./pan -m500000 -w%d >/dev/null; i=$((i + 1)); done; times".formatted(times, width(states))));
    Matcher of = TIMES.matcher(said);
    if (!of.find()) {
      throw new IllegalStateException("sh: " + said);
    }
    double seconds = 60 * (Double.parseDouble(of.group(1)) + Double.parseDouble(of.group(3))) + Double.parseDouble(of.group(2)) + Double.parseDouble(of.group(4));
    return times * states / seconds;
  }

  /** The width of SPIN's hash table: more slots than states, as a power of two. Its default of 2 to the 24 would have to be cleared first. */
  private static int width(long states) {
    return 64 - Long.numberOfLeadingZeros(states);
  }

  private static double median(double[] of) {
    Arrays.sort(of);
    return of[of.length / 2];
  }

  /** Prints a line for each size; numbers of faults may be given instead of those that are built in. */
  public static void main(String[] arguments) throws Exception {
    List<Integer> sizes = arguments.length == 0 ? FAULTS : Arrays.stream(arguments).map(Integer::valueOf).toList();
    Path folder = Files.createTempDirectory("spin");
    for (int i = 0; i < WARM_UP; i++) {
      explore(2, 1);
    }
    for (int faults : sizes) {
      Path in = Spin.build(folder, "READERS=" + faults, "-O2");
      String said = Spin.run(in, List.of("./pan", "-m500000", "-w24"));
      long before = live();
      Explorer explorer = explorer(faults);
      Exploration found;
      double bytes;
      try {
        found = explorer.explore();
        bytes = (double) (live() - before) / found.states();
      } finally {
        Reference.reachabilityFence(explorer);
      }
      if (Spin.number(said, "states, stored") != found.states()) {
        throw new IllegalStateException("%d states, SPIN has others: %s".formatted(found.states(), said));
      }
      long times = Math.max(1, LEAST_STATES / found.states());
      double[] own = new double[ROUNDS];
      double[] spin = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        own[i] = explore(faults, times);
        spin[i] = spin(in, found.states(), times);
      }
      System.out.printf("%d faults, %d states: %.2f million states/s, SPIN %.2f, ratio %.2f; %.1f bytes a state%n", faults, found.states(), median(own) / 1e6, median(spin) / 1e6, median(own) / median(spin), bytes);
    }
  }
}
