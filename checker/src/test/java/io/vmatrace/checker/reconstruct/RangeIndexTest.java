package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RangeIndexTest {
  private static final int KEYS = 4000;

  /** A range of which only the first byte counts. */
  private static final class Key extends RangeIndex.Entry {
    Key(long first) {
      super(first);
    }
  }

  private final RangeIndex<Key> index = new RangeIndex<>();
  private final TreeMap<Long, Key> expected = new TreeMap<>();

  @Test
  void answersAsASortedMapDoesWhileItGrowsAndShrinks() {
    Random random = new Random(6);
    for (int step = 0; step < 60_000; step++) {
      boolean growing = step / 10_000 % 2 == 0;
      long first = random.nextInt(KEYS);
      Key there = expected.get(first);
      if (there == null && (growing || random.nextInt(4) == 0)) {
        Key range = new Key(first);
        index.add(range);
        expected.put(first, range);
      } else if (there != null && (!growing || random.nextInt(4) == 0)) {
        index.remove(there);
        expected.remove(first);
      }
      long address = random.nextLong(-1, KEYS + 1);
      assertThat(index.floor(address)).isSameAs(value(expected.floorEntry(address)));
      assertThat(index.ceiling(address)).isSameAs(value(expected.ceilingEntry(address)));
      if (step % 1000 == 0) {
        assertThat(index.all()).containsExactlyElementsOf(expected.values());
      }
    }
    assertThat(index.all()).isNotEmpty();
    index.clear();
    assertThat(index.all()).isEmpty();
    assertThat(index.floor(KEYS)).isNull();
    assertThat(index.ceiling(0)).isNull();
  }

  private static @Nullable Key value(Map.@Nullable Entry<Long, Key> entry) {
    return entry == null ? null : entry.getValue();
  }
}
