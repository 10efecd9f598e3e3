package io.vmatrace.checker.reconstruct;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges that do not overlap, in the order of their first bytes. Two levels of sorted arrays: next to java.util.TreeMap it boxes no
 * key, and there is far less of it to compile, which counts in a run of a second.
 */
final class RangeIndex<R extends RangeIndex.Entry> {
  /** What has a first byte. A class, as a store into an array of an interface's would look its implementors up. */
  abstract static class Entry {
    private final long first;

    Entry(long first) {
      this.first = first;
    }

    public final long first() {
      return first;
    }
  }

  private static final int BLOCK = 64;

  /** Room that the first block has at first: of most mms few ranges are known, and a capture may have very many mms. */
  private static final int FEW = 4;

  /** Sorted and never empty, but for the first when there is nothing at all. */
  private @Nullable Entry[][] blocks = new Entry[4][];

  /** Their first bytes, as searches look at nothing else. */
  private long[][] firsts = new long[4][];

  private int[] lengths = new int[4];
  private int count;

  RangeIndex() {
    clear();
  }

  void clear() {
    Arrays.fill(blocks, null);
    blocks[0] = new Entry[FEW];
    firsts[0] = new long[FEW];
    lengths[0] = 0;
    count = 1;
  }

  /** The last range that begins at {@code address} or before it. */
  @Nullable R floor(long address) {
    int block = blockOf(address);
    int i = upTo(address, block);
    return i == 0 ? null : at(block, i - 1);
  }

  /** The first range that begins at {@code address} or after it. */
  @Nullable R ceiling(long address) {
    int block = blockOf(address - 1);
    int i = upTo(address - 1, block);
    if (i < lengths[block]) {
      return at(block, i);
    }
    return block + 1 < count ? at(block + 1, 0) : null;
  }

  /** Adds a range; none begins where it does. */
  void add(R range) {
    int block = blockOf(range.first());
    if (lengths[block] == firsts[block].length) {
      makeRoom(block);
      block = blockOf(range.first());
    }
    int i = upTo(range.first(), block);
    move(block, i, i + 1);
    blocks[block][i] = range;
    firsts[block][i] = range.first();
    lengths[block]++;
  }

  /** Takes out a range that is there. */
  void remove(R range) {
    int block = blockOf(range.first());
    int i = upTo(range.first(), block);
    move(block, i, i - 1);
    lengths[block]--;
    blocks[block][lengths[block]] = null;
    if (lengths[block] == 0 && count > 1) {
      count--;
      System.arraycopy(blocks, block + 1, blocks, block, count - block);
      System.arraycopy(firsts, block + 1, firsts, block, count - block);
      System.arraycopy(lengths, block + 1, lengths, block, count - block);
      blocks[count] = null;
    }
  }

  /** Moves what a block has from one place on to another place. */
  private void move(int block, int from, int to) {
    int moved = lengths[block] - from;
    System.arraycopy(blocks[block], from, blocks[block], to, moved);
    System.arraycopy(firsts[block], from, firsts[block], to, moved);
  }

  /** All ranges in order, as they are now. */
  List<R> all() {
    List<R> all = new ArrayList<>();
    for (int block = 0; block < count; block++) {
      for (int i = 0; i < lengths[block]; i++) {
        all.add(at(block, i));
      }
    }
    return all;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // only add() writes, and below its length a block is full
  private R at(int block, int i) {
    return (R) blocks[block][i];
  }

  /** The last block whose first range begins at the address or before it, or the first block. */
  private int blockOf(long address) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firsts[middle][0] <= address) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** How many ranges of a block begin at the address or before it. */
  private int upTo(long address, int block) {
    long[] of = firsts[block];
    int low = 0;
    int high = lengths[block];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (of[middle] <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void makeRoom(int block) {
    if (lengths[block] == BLOCK) {
      split(block);
    } else {
      blocks[block] = Arrays.copyOf(blocks[block], BLOCK);
      firsts[block] = Arrays.copyOf(firsts[block], BLOCK);
    }
  }

  private void split(int block) {
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      firsts = Arrays.copyOf(firsts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    System.arraycopy(blocks, block + 1, blocks, block + 2, count - block - 1);
    System.arraycopy(firsts, block + 1, firsts, block + 2, count - block - 1);
    System.arraycopy(lengths, block + 1, lengths, block + 2, count - block - 1);
    count++;
    blocks[block + 1] = new Entry[BLOCK];
    firsts[block + 1] = new long[BLOCK];
    System.arraycopy(blocks[block], BLOCK / 2, blocks[block + 1], 0, BLOCK / 2);
    System.arraycopy(firsts[block], BLOCK / 2, firsts[block + 1], 0, BLOCK / 2);
    Arrays.fill(blocks[block], BLOCK / 2, BLOCK, null);
    lengths[block] = BLOCK / 2;
    lengths[block + 1] = BLOCK / 2;
  }
}
