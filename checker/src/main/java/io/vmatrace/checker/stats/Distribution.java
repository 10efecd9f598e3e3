package io.vmatrace.checker.stats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** How long things of one kind took, in the capture's clock unit: number, sum, least and longest exactly, percentiles rounded up. */
public final class Distribution {
  private final int digits;
  private @Nullable Histogram values;
  private long sum;
  private long least = Long.MAX_VALUE;
  private long longest;

  /** One whose percentiles are right to so many decimal digits, 1 to 5; it takes memory once there are values. */
  Distribution(int digits) {
    this.digits = digits;
  }

  /** Adds a length; one below 0, which a clock that goes back gives, is none. */
  void add(long length) {
    if (length >= 0) {
      histogram().recordValue(length);
      note(length, length, length);
    }
  }

  /** Adds all of another one. */
  void add(Distribution other) {
    if (other.values != null) {
      histogram().add(other.values);
      note(other.sum, other.least, other.longest);
    }
  }

  private void note(long sumToo, long leastToo, long longestToo) {
    sum += sumToo;
    least = Math.min(least, leastToo);
    longest = Math.max(longest, longestToo);
  }

  private Histogram histogram() {
    if (values == null) {
      values = new Histogram(digits);
    }
    return values;
  }

  /** How many there are. */
  public long count() {
    return values == null ? 0 : values.getTotalCount();
  }

  /** All of them together. */
  public long sum() {
    return sum;
  }

  /** The shortest; 0 where there is none. */
  public long least() {
    return values == null ? 0 : least;
  }

  /** The longest; 0 where there is none. */
  public long longest() {
    return longest;
  }

  /** How many there are from each power of two up to the next one: 0 and 1 in the first, 2 and 3 in the second; counted as far as percentiles are right. */
  public long[] byPowerOfTwo() {
    long[] counts = new long[Long.SIZE - 1];
    if (values != null) {
      values.recordedValues().forEach(value -> counts[Long.SIZE - 1 - Long.numberOfLeadingZeros(value.getValueIteratedTo() | 1)] += value.getCountAddedInThisIterationStep());
    }
    return counts;
  }

  /**
   * All lengths in HdrHistogram's own compressed form (its V2 encoding), so that those of other runs can be added to them; null where there
   * is none.
   */
  public byte @Nullable [] encoded() {
    if (values == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.allocate(values.getNeededByteBufferCapacity());
    int length = values.encodeIntoCompressedByteBuffer(buffer);
    return Arrays.copyOf(buffer.array(), length);
  }

  /** The length that so many per cent are not longer than, at most {@link #longest}; 0 where there is none. */
  public long percentile(double percent) {
    return values == null ? 0 : Math.min(longest, values.getValueAtPercentile(percent));
  }
}
