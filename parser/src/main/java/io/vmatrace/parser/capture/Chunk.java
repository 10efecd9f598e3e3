package io.vmatrace.parser.capture;

/** Whole lines of a capture, and what came before them that was too long to be a line. Chunks are reused. */
final class Chunk {
  final byte[] bytes;
  int length;

  /** Bytes of a line longer than a chunk that ended just before this chunk; 0 when there was none. */
  long skipped;

  /** Whether the last line ends with a newline. */
  boolean complete = true;

  Chunk(int capacity) {
    bytes = new byte[capacity];
  }
}
