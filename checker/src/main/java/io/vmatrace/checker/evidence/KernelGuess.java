package io.vmatrace.checker.evidence;

import io.vmatrace.parser.event.Generation;
import org.jspecify.annotations.Nullable;

/** The generation of a kernel release, if the events do not show it (docs/PROTOCOL.md, Generations). */
public final class KernelGuess {
  private KernelGuess() {}

  /** The generation of a release such as 6.18.15+deb13-cloud-amd64; null when it is none. */
  public static @Nullable Generation of(@Nullable String release) {
    if (release == null) {
      return null;
    }
    String[] parts = release.split("[^0-9]+", 3);
    if (parts.length < 2 || parts[0].isEmpty() || parts[0].length() > 4 || parts[1].isEmpty() || parts[1].length() > 4) {
      return null;
    }
    int version = Integer.parseInt(parts[0]) * 10_000 + Integer.parseInt(parts[1]);
    if (version < 60_004) {
      return Generation.MMAP_LOCK;
    }
    if (version < 60_015) {
      return Generation.RWSEM;
    }
    return version < 70_000 ? Generation.REFCOUNT : Generation.EXCLUDE_READERS;
  }
}
