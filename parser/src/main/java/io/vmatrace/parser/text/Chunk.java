package io.vmatrace.parser.text;

/** Whole lines of a capture, and what came before them that was too long to be a line. Chunks are reused. */
public final class Chunk {
  public final byte[] bytes;

  /** The lines are in [from, to). */
  public int from;

  public int to;

  /** Bytes of a line longer than a chunk that ended just before this chunk; 0 when there was none. */
  public long skipped;

  /** Whether the last line ends with a newline; one that does not may have been cut anywhere. */
  public boolean complete = true;

  /** An empty chunk that has room for so many bytes. */
  public Chunk(int capacity) {
    this(new byte[capacity], 0, 0);
  }

  /** The lines in [from, to) of some bytes. */
  public Chunk(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }
}
