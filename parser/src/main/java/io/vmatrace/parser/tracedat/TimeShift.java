package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Converts the times of a guest into those of its host, as measured during the recording: the option TIME_SHIFT
 * (lib/trace-cmd/trace-input.c tsync_cpu_offsets_load(), timestamp_host_sync()).
 */
final class TimeShift {
  /** TRACECMD_TSYNC_FLAG_INTERPOLATE. */
  private static final int INTERPOLATE = 1;

  /** Trace id, flags, and the number of CPUs. */
  private static final int HEAD_BYTES = 16;

  private static final int SAMPLE_BYTES = 24;

  private record Sample(long time, long offset, long scaling, int fraction) {}

  private final boolean interpolated;
  private final Sample[][] samples;

  private TimeShift(boolean interpolated, Sample[][] samples) {
    this.interpolated = interpolated;
    this.samples = samples;
  }

  /**
   * Reads the option.
   *
   * @throws IllegalArgumentException when it is shorter than it says
   */
  static TimeShift parse(Numbers numbers, byte[] b) {
    if (b.length < HEAD_BYTES) {
      throw new IllegalArgumentException("a TIME_SHIFT of %d bytes".formatted(b.length));
    }
    long cpus = numbers.u32(b, 12);
    int at = HEAD_BYTES;
    if (cpus * Integer.BYTES > b.length - at) {
      throw new IllegalArgumentException("a TIME_SHIFT of %d bytes for %d CPUs".formatted(b.length, cpus));
    }
    int[] begins = new int[(int) cpus];
    int[] counts = new int[(int) cpus];
    for (int cpu = 0; cpu < cpus; cpu++) {
      long count = at + Integer.BYTES <= b.length ? numbers.u32(b, at) : Long.MAX_VALUE / SAMPLE_BYTES;
      at += Integer.BYTES;
      if (count * SAMPLE_BYTES > b.length - at) {
        throw new IllegalArgumentException("a TIME_SHIFT that ends too early");
      }
      begins[cpu] = at;
      counts[cpu] = (int) count;
      at += (int) count * SAMPLE_BYTES;
    }
    Sample[][] samples = new Sample[(int) cpus][];
    for (int cpu = 0; cpu < cpus; cpu++) {
      samples[cpu] = samples(numbers, b, begins[cpu], counts[cpu], at);
      at += counts[cpu] * Long.BYTES;
    }
    return new TimeShift((numbers.s32(b, 8) & INTERPOLATE) != 0, samples);
  }

  /** Three columns of eight bytes, and after those of all CPUs a fourth, which older files do not have. */
  private static Sample[] samples(Numbers numbers, byte[] b, int from, int count, int fractions) {
    Sample[] samples = new Sample[count];
    boolean hasFractions = fractions + count * Long.BYTES <= b.length;
    for (int i = 0; i < count; i++) {
      long scaling = numbers.u64(b, from + (2 * count + i) * Long.BYTES);
      samples[i] =
          new Sample(
              numbers.u64(b, from + i * Long.BYTES),
              numbers.u64(b, from + (count + i) * Long.BYTES),
              scaling == 0 ? 1 : scaling,
              hasFractions ? (int) numbers.u64(b, fractions + i * Long.BYTES) & 63 : 0);
    }
    Arrays.sort(samples, Comparator.comparingLong(Sample::time));
    return samples;
  }

  /** The host's time of a guest's. */
  long hostTime(long time, int cpu) {
    if (cpu >= samples.length || samples[cpu].length == 0) {
      return time;
    }
    Sample[] of = samples[cpu];
    if (of.length == 1) {
      return time + of[0].offset();
    }
    int i = 0;
    while (i < of.length - 2 && time >= of[i + 1].time()) {
      i++;
    }
    Sample before = of[i];
    Sample after = of[i + 1];
    long scaled = TraceClock.multiplyAndShift(time, before.scaling(), before.fraction());
    long span = after.time() - before.time();
    if (!interpolated || span == 0) {
      return scaled + before.offset();
    }
    return scaled + before.offset() + ((time - before.time()) * (after.offset() - before.offset()) + span / 2) / span;
  }
}
