package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges that do not overlap, in the order of their first bytes. Two levels of sorted arrays: next to java.util.TreeMap it boxes no
 * key, and there is far less of it to compile, which counts in a run of a second.
 */
final class RangeIndex {
  private static final int BLOCK = 64;

  /** Sorted and never empty, but for the first when there is nothing at all. */
  private VmaTree.@Nullable Range[][] blocks = new VmaTree.Range[4][];

  private int[] lengths = new int[4];
  private int count;

  RangeIndex() {
    clear();
  }

  void clear() {
    Arrays.fill(blocks, null);
    blocks[0] = new VmaTree.Range[BLOCK];
    lengths[0] = 0;
    count = 1;
  }

  /** The last range that begins at {@code address} or before it. */
  VmaTree.@Nullable Range floor(long address) {
    int block = blockOf(address);
    int i = upTo(address, block);
    return i == 0 ? null : blocks[block][i - 1];
  }

  /** The first range that begins at {@code address} or after it. */
  VmaTree.@Nullable Range ceiling(long address) {
    int block = blockOf(address - 1);
    int i = upTo(address - 1, block);
    if (i < lengths[block]) {
      return blocks[block][i];
    }
    return block + 1 < count ? blocks[block + 1][0] : null;
  }

  /** Adds a range; none begins where it does. */
  void add(VmaTree.Range range) {
    int block = blockOf(range.first());
    if (lengths[block] == BLOCK) {
      split(block);
      block = blockOf(range.first());
    }
    int i = upTo(range.first(), block);
    System.arraycopy(blocks[block], i, blocks[block], i + 1, lengths[block] - i);
    blocks[block][i] = range;
    lengths[block]++;
  }

  /** Takes out a range that is there. */
  void remove(VmaTree.Range range) {
    int block = blockOf(range.first());
    int i = upTo(range.first(), block);
    lengths[block]--;
    System.arraycopy(blocks[block], i, blocks[block], i - 1, lengths[block] + 1 - i);
    blocks[block][lengths[block]] = null;
    if (lengths[block] == 0 && count > 1) {
      count--;
      System.arraycopy(blocks, block + 1, blocks, block, count - block);
      System.arraycopy(lengths, block + 1, lengths, block, count - block);
      blocks[count] = null;
    }
  }

  /** All ranges in order, as they are now. */
  List<VmaTree.Range> all() {
    List<VmaTree.Range> all = new ArrayList<>();
    for (int block = 0; block < count; block++) {
      all.addAll(Arrays.asList(blocks[block]).subList(0, lengths[block]));
    }
    return all;
  }

  /** The last block whose first range begins at the address or before it, or the first block. */
  private int blockOf(long address) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (blocks[middle][0].first() <= address) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** How many ranges of a block begin at the address or before it. */
  private int upTo(long address, int block) {
    VmaTree.@Nullable Range[] ranges = blocks[block];
    int low = 0;
    int high = lengths[block];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges[middle].first() <= address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void split(int block) {
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    System.arraycopy(blocks, block + 1, blocks, block + 2, count - block - 1);
    System.arraycopy(lengths, block + 1, lengths, block + 2, count - block - 1);
    count++;
    blocks[block + 1] = new VmaTree.Range[BLOCK];
    System.arraycopy(blocks[block], BLOCK / 2, blocks[block + 1], 0, BLOCK / 2);
    Arrays.fill(blocks[block], BLOCK / 2, BLOCK, null);
    lengths[block] = BLOCK / 2;
    lengths[block + 1] = BLOCK / 2;
  }
}
