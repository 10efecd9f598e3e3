package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.Variant;
import org.jspecify.annotations.Nullable;

/**
 * What every kind of VMA lock can do. Operations take {@link Frame#mm} and {@link Frame#vma}.
 *
 * @param startRead inside an RCU section; returns {@link #GOT}, {@link #REFUSED} or {@link #AGAIN}
 * @param startReadLocked under the mmap_lock; returns {@link #GOT} or {@link #REFUSED}
 * @param endRead ends a read lock
 * @param startWrite write-locks a VMA until the write section ends
 * @param startWriteKillable the same, but SIGKILL ends the wait; returns 0 or {@link #EINTR}; null before 6.19
 * @param markAttached makes a VMA visible to readers
 * @param markDetached detaches it, and waits for spurious readers
 */
public record VmaLocking(
    Program startRead,
    Program startReadLocked,
    Program endRead,
    Program startWrite,
    @Nullable Program startWriteKillable,
    Program markAttached,
    Program markDetached) {
  /** The read lock is held. */
  static final int GOT = 1;

  /** The reader must take the mmap_lock. */
  public static final int REFUSED = 0;

  /** The VMA is detached: the tree may have another one by now. */
  public static final int AGAIN = -1;

  /** -EINTR: SIGKILL came before the readers left. */
  static final int EINTR = -4;

  static VmaLocking of(Variant variant) {
    return switch (variant.generation()) {
      case MMAP_LOCK -> none();
      case RWSEM -> new RwsemVmaLock(variant).locking();
      case REFCOUNT, EXCLUDE_READERS ->
          variant.detach() == Variant.Detach.STOP_READERS ? StoppedReaders.locking() : new RefcountVmaLock(variant).locking();
    };
  }

  /** To 6.3 there is none. */
  private static VmaLocking none() {
    Program refuse = Program.named(ProgramId.NO_VMA_LOCK).giveBack(f -> f.value = REFUSED).build();
    Program nothing = Program.named(ProgramId.NO_VMA_LOCK).build();
    return new VmaLocking(refuse, refuse, nothing, nothing, null, nothing, nothing);
  }
}
