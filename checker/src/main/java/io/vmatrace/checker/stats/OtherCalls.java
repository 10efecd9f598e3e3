package io.vmatrace.checker.stats;

import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.jspecify.annotations.Nullable;

/** Holds of the mmap_lock in system calls that are no {@link Caller} of their own: their names are read once the pass is over. */
final class OtherCalls {
  /** Of so many holds the name is told. */
  private static final int MOST = 20_000;

  private final CaptureFigures all;

  /** Where the calls began. */
  private final LongArrayList begins = new LongArrayList();

  /** How long the holds were; of those to read the complement. */
  private final LongArrayList lengths = new LongArrayList();

  OtherCalls(CaptureFigures all) {
    this.all = all;
  }

  /**
   * A hold has ended.
   *
   * @param callAt where in the capture the system call began; 0 for none, or none that is known
   */
  void held(boolean write, long callAt, long length) {
    if (callAt != 0 && begins.size() < MOST) {
      begins.add(callAt);
      lengths.add(write ? length : ~length);
    }
  }

  /** Where the calls begin, in the order in which holds ended in them. */
  LongStream places() {
    return Arrays.stream(begins.toArray());
  }

  /** Counts the holds by the names of their calls; null for one that is not known. */
  void name(LongFunction<@Nullable String> nameAt) {
    for (int i = 0; i < begins.size(); i++) {
      String name = nameAt.apply(begins.get(i));
      long length = lengths.get(i);
      if (name != null) {
        all.heldBy(length >= 0, name, length >= 0 ? length : ~length);
      }
    }
  }
}
