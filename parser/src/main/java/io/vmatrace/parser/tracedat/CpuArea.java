package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.FileBytes;

/**
 * Where the ring-buffer pages of one CPU are.
 *
 * @param buffer the name of the instance, empty for the top one
 * @param cpu or {@link #UNKNOWN_CPU}
 * @param offset of the first page in the file, or of the count of chunks
 * @param size bytes that are there
 * @param compression how its chunks are compressed; {@link BlockCompression#NONE} when there are pages and no chunks
 * @param cut whether the file ends before the area does
 */
record CpuArea(
    FileBytes file, String buffer, int cpu, long offset, long size, PageLayout layout, BlockCompression compression, boolean cut) {
  /** EventBatch keeps a CPU in 16 bits; Linux has at most 8192 (CONFIG_NR_CPUS). */
  static final int MOST_CPUS = 1 << 15;

  /** EventBatch's word for a CPU that the capture does not say. */
  static final int UNKNOWN_CPU = -1;

  /** The same area, of a CPU that is known. */
  CpuArea of(int knownCpu) {
    return new CpuArea(file, buffer, knownCpu, offset, size, layout, compression, cut);
  }

  boolean isCompressed() {
    return compression != BlockCompression.NONE;
  }
}
