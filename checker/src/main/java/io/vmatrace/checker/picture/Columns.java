package io.vmatrace.checker.picture;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers as columns of bytes. Each is seven bits a byte, the lowest first, with the high bit where more follow (LEB128); one that may be negative
 * is folded (0, -1, 1, -2, …) before. The page's script reads them (decode.js).
 */
final class Columns {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<String, int[]> places = new LinkedHashMap<>();
  private int begin;

  /** A number from 0 on. */
  void put(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  /** A number that may be negative. */
  void putSigned(long value) {
    put(value << 1 ^ value >> 63);
  }

  /** The column that was written since the last one has this name. */
  void end(String name) {
    places.put(name, new int[] {begin, bytes.size()});
    begin = bytes.size();
  }

  /** Where each column begins and ends. */
  Map<String, int[]> places() {
    return places;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
