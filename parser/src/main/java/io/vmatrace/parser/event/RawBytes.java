package io.vmatrace.parser.event;

import java.util.Arrays;

/** The bytes of each event of a batch and what they are, kept only on demand. */
public final class RawBytes {
  private boolean kept;
  private byte[] bytes = {};
  private int[] from = {};
  private int[] to = {};
  private int[] tag = {};
  private int end;

  RawBytes() {}

  /** The bytes of all events; those of one are in [{@link #from}, {@link #to}). */
  public byte[] bytes() {
    return bytes;
  }

  public int from(int i) {
    return from[i];
  }

  public int to(int i) {
    return to[i];
  }

  /** What the bytes of an event are, as its decoder numbers its formats. */
  public int tag(int i) {
    return tag[i];
  }

  boolean isKept() {
    return kept;
  }

  /** Says whether bytes are kept from now on, of at most so many events. */
  void keep(boolean wanted, int events) {
    kept = wanted;
    if (wanted) {
      from = Arrays.copyOf(from, events);
      to = Arrays.copyOf(to, events);
      tag = Arrays.copyOf(tag, events);
    }
  }

  void clear() {
    end = 0;
  }

  /** An event was appended; it has no bytes yet. */
  void add(int i) {
    if (kept) {
      from[i] = end;
      to[i] = end;
    }
  }

  /** An event was appended that is a copy of another batch's. */
  void copy(int i, RawBytes of, int k) {
    add(i);
    if (kept) {
      put(i, of.bytes(), of.from(k), of.to(k), of.tag(k));
    }
  }

  /** The last event was taken back. */
  void remove(int i) {
    if (kept) {
      end = from[i];
    }
  }

  /** Keeps bytes of the last event. */
  void put(int i, byte[] of, int begin, int behind, int what) {
    int length = behind - begin;
    if (end + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end + length, bytes.length * 2));
    }
    System.arraycopy(of, begin, bytes, end, length);
    end += length;
    to[i] = end;
    tag[i] = what;
  }
}
