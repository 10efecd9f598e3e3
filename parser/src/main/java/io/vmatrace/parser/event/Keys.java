package io.vmatrace.parser.event;

import io.vmatrace.parser.bytes.ByteScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The keys under which a kind's fields are printed: those of samples/ and of docs/CAPTURE.md. Keys are tried in the order in
 * which the last lines had them, so that a line of the usual shape costs one comparison a key.
 */
public final class Keys {
  static final Keys NONE = new Keys(List.of(), List.of(), 0);

  /** The first eight bytes of each key, and the last eight: with the length they say all of it. */
  private final long[] heads;

  private final long[] tails;
  private final int[] lengths;
  private final byte[] slots;

  private final int mandatory;

  private Keys(List<byte[]> keys, List<Byte> slots, int mandatory) {
    int n = keys.size();
    heads = new long[n];
    tails = new long[n];
    lengths = new int[n];
    this.slots = new byte[n];
    for (int i = 0; i < n; i++) {
      byte[] key = keys.get(i);
      lengths[i] = key.length;
      heads[i] = head(key, 0, key.length);
      tails[i] = tail(key, 0, key.length);
      this.slots[i] = slots.get(i);
    }
    this.mandatory = mandatory;
  }

  /** Bit per slot: values that an event of this kind must have to say what happened. */
  public int mandatory() {
    return mandatory;
  }

  /** How many keys there are. */
  public int size() {
    return slots.length;
  }

  /** The slot of the i-th key. */
  public int slot(int i) {
    return slots[i];
  }

  /** Which key is written at [from, to), or -1; those from {@code hint} on are tried first. */
  public int find(byte[] b, int from, int to, int hint) {
    long head = head(b, from, to);
    long tail = tail(b, from, to);
    int n = slots.length;
    for (int tried = 0, i = hint; tried < n; tried++, i = i + 1 == n ? 0 : i + 1) {
      if (heads[i] == head && tails[i] == tail && lengths[i] == to - from) {
        return i;
      }
    }
    return -1;
  }

  private static long head(byte[] b, int from, int to) {
    return ByteScan.word(b, from, Math.min(to - from, Long.BYTES));
  }

  private static long tail(byte[] b, int from, int to) {
    return to - from <= Long.BYTES ? 0 : ByteScan.word(b, to - Long.BYTES);
  }

  /** The keys of a kind. */
  static Keys of(EventKind kind) {
    return NONE.with(kind, Map.of());
  }

  /** These keys and further names for fields of the same kind; a name that was another field's is now this one's. */
  public Keys with(EventKind kind, Map<String, Field> further) {
    List<byte[]> keys = new ArrayList<>();
    List<Byte> slots = new ArrayList<>();
    further.forEach(
        (name, field) -> {
          keys.add(name.getBytes(StandardCharsets.UTF_8));
          slots.add((byte) kind.slot(field));
        });
    for (Field field : kind.fields()) {
      for (String name : kind.spellings(field)) {
        if (!further.containsKey(name)) {
          keys.add(name.getBytes(StandardCharsets.US_ASCII));
          slots.add((byte) kind.slot(field));
        }
      }
    }
    return new Keys(keys, slots, kind.mandatory());
  }
}
