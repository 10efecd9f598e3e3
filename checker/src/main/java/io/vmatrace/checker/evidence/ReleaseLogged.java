package io.vmatrace.checker.evidence;

import io.vmatrace.checker.reconstruct.Witness;
import org.jspecify.annotations.Nullable;

/** When a kernel logs mmap_lock_released: before it gives the lock back, or (to 5.14) after that (include/linux/mmap_lock.h). */
public enum ReleaseLogged {
  BEFORE_THE_UNLOCK(""),
  AFTER_THE_UNLOCK("this kernel logs the release after the unlock"),
  NOT_KNOWN("a kernel to 5.14 logs the release after the unlock, and memcg_path= in the events says that this may be one: name it with --kernel");

  private final String why;

  ReleaseLogged(String why) {
    this.why = why;
  }

  /** Why nothing can be said of the order of holds; empty where it can. */
  String why() {
    return why;
  }

  /**
   * What a capture tells.
   *
   * @param release uname -r, or null
   * @param memcgPath whether its events are of a kernel to 6.12
   */
  static ReleaseLogged of(@Nullable String release, boolean memcgPath, Witness witness) {
    Boolean late = KernelGuess.logsReleaseLate(release);
    if (late != null) {
      return late ? AFTER_THE_UNLOCK : BEFORE_THE_UNLOCK;
    }
    return memcgPath && !witness.isLaterThan514() ? NOT_KNOWN : BEFORE_THE_UNLOCK;
  }
}
