package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import java.util.Arrays;

/**
 * Where the functions whose calls or returns are events lie in the kernel, from the text of /proc/kallsyms:
 *
 * <pre>
 * ffffffffa1052800 T lock_vma_under_rcu
 * ffffffffc0a41010 t xfs_trans_alloc	[xfs]
 * </pre>
 *
 * A function reaches from its symbol to the next one, because the tracers record where the call of the tracer is, which may be some
 * bytes after the symbol (ftrace_location() in kernel/trace/ftrace.c). Names must match exactly, as in the text of the tracers:
 * a compiler's variant (.isra.0, .constprop.0) is another function. All functions of one name are meant.
 */
public final class KernelSymbols {
  /** Functions that are kept: there are some thirty names. */
  private static final int MOST = 1 << 12;

  private static final int ADDRESS_DIGITS = 16;

  /** Of no symbols. */
  public static final KernelSymbols NONE = new KernelSymbols();

  /** Addresses with the highest bit turned round, so that they are in order as signed numbers; ends are exclusive. */
  private long[] begins = new long[64];

  private long[] ends = {};
  private EventKind[] entered = new EventKind[64];
  private EventKind[] left = new EventKind[64];
  private int size;
  private int lines;
  private boolean hidden;

  private KernelSymbols() {}

  /** Reads the text; a line that is no symbol is skipped. */
  public static KernelSymbols of(byte[] text, int from, int to) {
    KernelSymbols symbols = new KernelSymbols();
    symbols.eachLine(text, from, to, symbols::collect);
    symbols.sort();
    symbols.eachLine(text, from, to, symbols::limit);
    return symbols;
  }

  /** Takes a line: an address, and a name at [nameFrom, nameTo). */
  private interface Line {
    void symbol(long address, byte type, byte[] b, int nameFrom, int nameTo);
  }

  private void eachLine(byte[] b, int from, int to, Line line) {
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      int digits = Ascii.afterHexDigits(b, p, Math.min(end, p + ADDRESS_DIGITS));
      if (digits > p && digits + 3 < end && b[digits] == ' ' && b[digits + 2] == ' ') {
        line.symbol(Ascii.hexadecimal(b, p, digits) ^ Long.MIN_VALUE, b[digits + 1], b, digits + 3, nameEnd(b, digits + 3, end));
      }
      p = end + 1;
    }
  }

  private static int nameEnd(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != '\t' && b[end] != ' ') {
      end++;
    }
    return end;
  }

  private void collect(long address, byte type, byte[] b, int nameFrom, int nameTo) {
    lines++;
    EventKind call = EventNames.functionEntered(b, nameFrom, nameTo);
    EventKind end = EventNames.functionLeft(b, nameFrom, nameTo);
    boolean text = (type | 0x20) == 't' || (type | 0x20) == 'w';
    boolean wanted = text && (call != EventKind.UNKNOWN || end != EventKind.UNKNOWN);
    if (wanted && address == Long.MIN_VALUE) {
      hidden = true; // kptr_restrict: every address is printed as zero
    } else if (wanted && size < MOST) {
      if (size == begins.length) {
        begins = Arrays.copyOf(begins, 2 * size);
        entered = Arrays.copyOf(entered, 2 * size);
        left = Arrays.copyOf(left, 2 * size);
      }
      begins[size] = address;
      entered[size] = call;
      left[size++] = end;
    }
  }

  /** Insertion, for there are few. */
  private void sort() {
    for (int i = 1; i < size; i++) {
      for (int k = i; k > 0 && begins[k - 1] > begins[k]; k--) {
        swap(begins, k);
        swap(entered, k);
        swap(left, k);
      }
    }
    ends = new long[size];
    Arrays.fill(ends, Long.MAX_VALUE);
  }

  private static void swap(long[] array, int k) {
    long one = array[k];
    array[k] = array[k - 1];
    array[k - 1] = one;
  }

  private static void swap(EventKind[] array, int k) {
    EventKind one = array[k];
    array[k] = array[k - 1];
    array[k - 1] = one;
  }

  /** A symbol ends the function that begins before it. */
  private void limit(long address, byte type, byte[] b, int nameFrom, int nameTo) {
    int before = lastBelow(address);
    if (before >= 0) {
      ends[before] = Math.min(ends[before], address);
    }
  }

  /** The last function that begins below an address, or -1. */
  private int lastBelow(long address) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (begins[middle] < address) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from - 1;
  }

  /** Which function an address is in, or -1. */
  public int find(long address) {
    long turned = address ^ Long.MIN_VALUE;
    int at = turned == Long.MAX_VALUE ? -1 : lastBelow(turned + 1);
    return at >= 0 && turned < ends[at] ? at : -1;
  }

  /** What the call of a function is; UNKNOWN when it is no event. */
  public EventKind entered(int function) {
    return entered[function];
  }

  /** What the return of a function is; UNKNOWN when it is no event. */
  public EventKind left(int function) {
    return left[function];
  }

  /** The name of a function. */
  public String name(int function) {
    return (left[function] == EventKind.UNKNOWN ? entered[function] : left[function]).kernelName();
  }

  /** Whether there are no symbols at all. */
  public boolean isEmpty() {
    return lines == 0;
  }

  /** Whether the kernel hid the addresses of its functions. */
  public boolean isHidden() {
    return hidden && size == 0;
  }
}
