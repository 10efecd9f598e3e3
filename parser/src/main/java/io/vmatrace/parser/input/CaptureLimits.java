package io.vmatrace.parser.input;

/**
 * How captures are read, in one place: what reading one may cost (what takes more is called unreadable), and how far it goes.
 *
 * @param lineBytes longest line, in bytes; a longer one is counted as damaged and skipped
 * @param chunkBytes bytes decoded at a time by one thread
 * @param decompressedBytes most bytes that a compressed capture may decompress to
 * @param expansion most bytes per compressed byte, judged once 64 MiB have come out (real traces stay far below: the best
 *     compressor here reaches about 60)
 * @param decoderMemory most KiB that a decompressor may allocate
 * @param decoderThreads threads that decode at the same time, where the format lets several
 * @param isFollowed whether lines are handed over as they come, and the end of a file is waited at for more
 */
public record CaptureLimits(
    int lineBytes, int chunkBytes, long decompressedBytes, int expansion, int decoderMemory, int decoderThreads, boolean isFollowed) {
  /** The limits of the command line: a thread for each processor, at most four. */
  public static final CaptureLimits DEFAULT =
      new CaptureLimits(64 << 10, 1 << 20, 1L << 40, 500, 192 << 10, Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4), false);

  public CaptureLimits {
    if (decoderThreads < 1) {
      throw new IllegalArgumentException("%d threads cannot decode anything".formatted(decoderThreads));
    }
  }

  /** The same for small captures, of which many are read one after the other: a chunk for so many bytes, and one thread. */
  public CaptureLimits forSmall(long bytes) {
    return new CaptureLimits(lineBytes, Math.clamp(bytes + 1, lineBytes, chunkBytes), decompressedBytes, expansion, decoderMemory, 1, false);
  }

  /** The same, but for the number of threads that decode. */
  public CaptureLimits withDecoderThreads(int threads) {
    return new CaptureLimits(lineBytes, chunkBytes, decompressedBytes, expansion, decoderMemory, threads, isFollowed);
  }

  /** The same for a capture that is still made. */
  public CaptureLimits followed() {
    return new CaptureLimits(lineBytes, chunkBytes, decompressedBytes, expansion, decoderMemory, decoderThreads, true);
  }
}
