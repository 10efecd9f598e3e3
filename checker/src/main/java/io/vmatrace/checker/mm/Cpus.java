package io.vmatrace.checker.mm;

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
      };

  /** Whether a CPU had no event for so long, at some time from a moment on, that tracing may have been off there. */
  boolean isAnyQuietSince(Moment from);

  /** Whether the clocks of the two moments' CPUs leave no doubt, as far as the capture tells up to now, that the earlier one came first. */
  boolean isSure(Moment one, Moment other, boolean strict);
}
