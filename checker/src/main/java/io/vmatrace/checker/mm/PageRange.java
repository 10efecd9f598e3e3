package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * A range of addresses.
 *
 * @param first its first byte
 * @param last its last byte, which is in it
 */
public record PageRange(long first, long last) {
  public boolean contains(long address) {
    return address >= first && address <= last;
  }

  /** Whether the two have a byte in common. */
  public boolean overlaps(PageRange other) {
    return other.first <= last && other.last >= first;
  }

  /** Whether all of another range lies in this one. */
  public boolean covers(PageRange other) {
    return other.first >= first && other.last <= last;
  }

  /** Written out: what the compiler makes of a record has the JVM spin classes, 20 ms of a start. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PageRange range && range.first == first && range.last == last;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * first + last);
  }

  /** As the kernel prints it in /proc/PID/maps: the end is one past the last byte. */
  @Override
  public String toString() {
    return "0x%x-0x%x".formatted(first, last + 1);
  }
}
