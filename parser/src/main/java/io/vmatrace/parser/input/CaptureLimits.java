package io.vmatrace.parser.input;

/**
 * What a capture may ask of this program before it is called unreadable, in one place.
 *
 * @param lineBytes longest line, in bytes; a longer one is counted as damaged and skipped
 * @param chunkBytes bytes decoded at a time by one thread
 * @param decompressedBytes most bytes that a compressed capture may unfold to
 * @param expansion most bytes per compressed byte, judged once 64 MiB have come out (real traces stay far below: the best
 *     compressor here reaches about 60)
 * @param decoderMemory most KiB that a decompressor may allocate
 */
public record CaptureLimits(int lineBytes, int chunkBytes, long decompressedBytes, int expansion, int decoderMemory) {
  /** The limits of the command line. */
  public static final CaptureLimits DEFAULT = new CaptureLimits(64 << 10, 1 << 20, 1L << 40, 2_000, 192 << 10);
}
