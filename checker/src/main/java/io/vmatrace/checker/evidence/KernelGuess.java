package io.vmatrace.checker.evidence;

import io.vmatrace.parser.event.Generation;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The generation of a kernel release, if the events do not show it (docs/PROTOCOL.md, Generations). */
public final class KernelGuess {
  /** Functions of mm/mmap_lock.c and include/linux/mmap_lock.h that no other design has. */
  private static final Set<String> REFCOUNT_ONLY = Set.of("__vma_enter_locked", "__vma_exit_locked");

  private static final Set<String> EXCLUDE_READERS_ONLY =
      Set.of("__vma_start_exclude_readers", "__vma_end_exclude_readers", "__vma_exclude_readers_for_detach");

  /** The newest release whose sources were read for the rules, and the first with tracepoints of the mmap_lock (include/trace/events/mmap_lock.h). */
  private static final int NEWEST = 70_003;

  private static final int OLDEST = 50_011;

  private KernelGuess() {}

  /** The generation of a release such as 6.18.15+deb13-cloud-amd64; null when it is none. */
  public static @Nullable Generation of(@Nullable String release) {
    int version = version(release);
    if (version == 0) {
      return null;
    }
    Generation design = of(version);
    boolean isNext = release != null && release.contains("-next-"); // has what the release after it will have, as far as that was ready
    return isNext && of(version + 1) != design ? null : design;
  }

  /**
   * The generation of a kernel whose log names functions: those that only some designs have decide where the release says another design,
   * because what is to come is in a kernel before its number is.
   */
  public static @Nullable Generation of(@Nullable String release, Set<String> functions) {
    Generation design = of(release);
    if (!Collections.disjoint(functions, EXCLUDE_READERS_ONLY)) {
      return Generation.EXCLUDE_READERS;
    }
    if (!Collections.disjoint(functions, REFCOUNT_ONLY)) {
      return Generation.REFCOUNT;
    }
    boolean older = design == null ? release != null && release.contains("-next-") : !Generation.REFCNTS.contains(design);
    return older && functions.contains("vma_refcount_put") ? Generation.REFCOUNT : design;
  }

  private static Generation of(int version) {
    if (version < 60_004) {
      return Generation.MMAP_LOCK;
    }
    if (version < 60_015) {
      return Generation.RWSEM;
    }
    return version < 70_000 ? Generation.REFCOUNT : Generation.EXCLUDE_READERS;
  }

  /** What a person is told of a release that is newer than every known one; null of others. */
  public static @Nullable String newer(@Nullable String release) {
    return version(release) > NEWEST ? "newer than %s, the newest that is known here: taken for that".formatted(name(NEWEST)) : null;
  }

  /** The same of one that is older than every known one. */
  public static @Nullable String older(@Nullable String release) {
    int version = version(release);
    return version > 0 && version < OLDEST ? "older than %s, the first with tracepoints of the mmap_lock: taken for that".formatted(name(OLDEST)) : null;
  }

  private static String name(int version) {
    return version / 10_000 + "." + version % 10_000;
  }

  /** Whether a kernel logs mmap_lock_released after it has given the lock back (include/linux/mmap_lock.h, to 5.14); null where that is not known. */
  static @Nullable Boolean logsReleaseLate(@Nullable String release) {
    int version = version(release);
    return version == 0 ? null : Boolean.valueOf(version <= 50_014);
  }

  /** Whether a release comes before another in order, such as 6.12.88: false for what is no release. */
  public static boolean isBefore(@Nullable String release, int version, int stable) {
    int of = version(release);
    return of != 0 && (of < version || of == version && stable(release) < stable);
  }

  /** The third number of a release. */
  private static int stable(@Nullable String release) {
    String[] parts = release == null ? new String[0] : release.split("[^0-9]+", 4);
    return parts.length < 3 || parts[2].isEmpty() || parts[2].length() > 4 ? 0 : Integer.parseInt(parts[2]);
  }

  /** Ten thousand times the first number plus the second; 0 for what is no release. */
  private static int version(@Nullable String release) {
    String[] parts = release == null ? new String[0] : release.split("[^0-9]+", 3);
    if (parts.length < 2 || parts[0].isEmpty() || parts[0].length() > 4 || parts[1].isEmpty() || parts[1].length() > 4) {
      return 0;
    }
    return Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]);
  }
}
