package io.vmatrace.checker.mm;

/** What the capture has of its CPUs. */
@FunctionalInterface
public interface Cpus {
  /** Whether a CPU had no event for so long, at some time from a moment on, that tracing may have been off there. */
  boolean isAnyQuietSince(Moment from);
}
