package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.Variant;
import org.jspecify.annotations.Nullable;

/**
 * What every kind of VMA lock has. Operations take {@link Frame#mm} and {@link Frame#vma}.
 *
 * @param startRead inside an RCU section; gives back {@link #GOT}, {@link #REFUSED} or {@link #AGAIN}
 * @param startReadLocked under the mmap_lock; gives back {@link #GOT} or {@link #REFUSED}
 * @param endRead gives a read lock back
 * @param startWrite write-locks a VMA until the write section ends
 * @param startWriteKillable the same, but SIGKILL ends the wait; gives back 0 or {@link #EINTR}; null where there is none (before 6.19)
 * @param markAttached makes a VMA visible to readers
 * @param markDetached makes it invisible, and waits for readers that came too late to see that it is write-locked
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

  /** The VMA is detached: the tree may hold another one by now. */
  public static final int AGAIN = -1;

  /** -EINTR: SIGKILL came before readers had left. */
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
