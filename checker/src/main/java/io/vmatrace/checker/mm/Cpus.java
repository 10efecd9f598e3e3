package io.vmatrace.checker.mm;

import java.util.function.LongPredicate;

/** What the capture has of its CPUs. */
public interface Cpus {
  /** Nothing is known of them. */
  Cpus NOT_KNOWN =
      new Cpus() {
        @Override
        public boolean isAnyQuietSince(Moment from) {
          return false;
        }

        @Override
        public boolean isSure(Moment one, Moment other, boolean strict) {
          return true;
        }

        @Override
        public boolean areContradicted(int cpu, int other, LongPredicate hold, LongPredicate reading) {
          return false;
        }
      };

  /** Whether a CPU had no event for so long, at some time from a moment on, that tracing may have been off there. */
  boolean isAnyQuietSince(Moment from);

  /** Whether the clocks of the two moments' CPUs leave no doubt, as far as the capture tells up to now, that the earlier one came first. */
  boolean isSure(Moment one, Moment other, boolean strict);

  /**
   * Whether what the capture has of two CPUs up to now would not be so if their clocks agreed: holds that exclude each other overlap, or a value that
   * only rises goes back.
   *
   * @param hold the places of events of holds that do not count
   * @param reading the places of such readings
   */
  boolean areContradicted(int cpu, int other, LongPredicate hold, LongPredicate reading);
}
