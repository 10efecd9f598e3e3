package io.vmatrace.checker.whatif;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a simulation of a capture's operations under a variant. Times are nanoseconds.
 *
 * @param variant the variant's name
 * @param faults page faults of user mode
 * @param fast those that were served under the VMA lock
 * @param notMapped those at an address without a mapping
 * @param fallbacks those served under the mmap_lock, by the reason
 * @param retries look-ups that found a detached VMA and walked again
 * @param detaches detached VMAs
 * @param secondWaits detaches that had to wait for a reader's temporary reference
 * @param gaps look-ups that found nothing where one mapping was replaced by another
 * @param readers waits of writers for the readers of a VMA
 * @param mmapRead waits for the mmap_lock for reading
 * @param mmapWrite waits for the mmap_lock for writing
 * @param broken the invariant that broke first, and how; or null
 */
public record Figures(
    String variant,
    long faults,
    long fast,
    long notMapped,
    Map<Fallback, Long> fallbacks,
    long retries,
    long detaches,
    SecondWaits secondWaits,
    long gaps,
    Waits readers,
    Waits mmapRead,
    Waits mmapWrite,
    @Nullable String broken) {
  /** How many second waits of a detach, and how long: the median and the longest. */
  public record SecondWaits(long count, long median, long longest) {}

  /** How many waits, and how long in all. */
  public record Waits(long count, long total) {}
}
