package io.vmatrace.checker.mm;

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

  /** As the kernel prints it in /proc/PID/maps: the end is one past the last byte. */
  @Override
  public String toString() {
    return "0x%x-0x%x".formatted(first, last + 1);
  }
}
