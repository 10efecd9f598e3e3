package io.vmatrace.checker.protocol;

import io.vmatrace.parser.event.Generation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A design of the protocol, as data.
 *
 * @param name as the user gives it
 * @param generation which lock a VMA has
 * @param seqIsSeqcount whether mm_lock_seq is odd while the mmap_lock is held for writing (6.14), instead of growing by one at its end
 * @param ownerTest where a reader tests that the VMA belongs to its mm (bug B14)
 * @param detach in which order a range is taken out of the tree (docs/PROTOCOL.md, Detach)
 * @param mutants bugs put back in
 */
public record Variant(
    String name, Generation generation, boolean seqIsSeqcount, OwnerTest ownerTest, Detach detach, Set<Mutant> mutants) {
  /** Where the owner test is. */
  public enum OwnerTest {
    /** Not needed: the memory of a VMA is not used again while a reader may read it. */
    NONE,
    /** After vma_start_read(): 6.15 and 6.16.0. */
    LATE,
    /** Inside vma_start_read(): from 6.16.1 on. */
    INSIDE
  }

  /** The order in which removed VMAs are locked, taken out of the tree, and detached. */
  public enum Detach {
    /** Each is locked and detached, then one store takes all out of the tree: vms_gather_munmap_vmas() since 6.12, vms_clear_ptes(). */
    LOCK_DETACH_STORE,
    /** All are locked, one store takes them out, all are detached. */
    LOCK_STORE_DETACH,
    /** One store takes them out, then each is locked and detached. */
    STORE_LOCK_DETACH,
    /** As before, and where a new VMA takes their place, the hole is made first. */
    HOLE_LOCK_DETACH,
    /** Nothing is locked: all readers of the mm are stopped. */
    STOP_READERS
  }

  /** 6.4 to 6.14. */
  public static final Variant RWSEM = of("rwsem", Generation.RWSEM, OwnerTest.NONE, Detach.LOCK_DETACH_STORE);

  /** 6.15 and 6.16.0: the owner test comes too late (B14). */
  public static final Variant LATE_OWNER_TEST =
      of("lock-store-detach-6.15", Generation.REFCOUNT, OwnerTest.LATE, Detach.LOCK_DETACH_STORE);

  /** 6.16.1 to 6.19. */
  public static final Variant REFCOUNT = of("lock-store-detach-6.16", Generation.REFCOUNT, OwnerTest.INSIDE, Detach.LOCK_DETACH_STORE);

  /** 7.0 on. */
  public static final Variant EXCLUDE_READERS =
      of("lock-store-detach", Generation.EXCLUDE_READERS, OwnerTest.INSIDE, Detach.LOCK_DETACH_STORE);

  /** To 6.3. */
  public static final Variant MMAP_LOCK = of("mmap-lock", Generation.MMAP_LOCK, OwnerTest.NONE, Detach.LOCK_DETACH_STORE);

  /** Peter Zijlstra: out of the tree first. */
  public static final Variant STORE_LOCK_DETACH =
      of("store-lock-detach", Generation.EXCLUDE_READERS, OwnerTest.INSIDE, Detach.STORE_LOCK_DETACH);

  /** Peter Zijlstra: a hole in the tree first, also for a replacement. */
  public static final Variant HOLE_IN_TREE = of("hole-in-tree", Generation.EXCLUDE_READERS, OwnerTest.INSIDE, Detach.HOLE_LOCK_DETACH);

  /** Liam Howlett, Suren Baghdasaryan: the whole range is locked before any part leaves the tree. */
  public static final Variant LOCK_RANGE_FIRST =
      of("lock-range-first", Generation.EXCLUDE_READERS, OwnerTest.INSIDE, Detach.LOCK_STORE_DETACH);

  /** Discussed and rejected: all readers of the mm wait. */
  public static final Variant STOP_READERS = of("stop-readers", Generation.EXCLUDE_READERS, OwnerTest.INSIDE, Detach.STOP_READERS);

  /** All, the oldest first. */
  public static final List<Variant> ALL =
      List.of(
          MMAP_LOCK,
          RWSEM,
          LATE_OWNER_TEST,
          REFCOUNT,
          EXCLUDE_READERS,
          STORE_LOCK_DETACH,
          HOLE_IN_TREE,
          LOCK_RANGE_FIRST,
          STOP_READERS);

  /** The names of all, for a person. */
  public static String names() {
    return ALL.stream().map(Variant::name).collect(Collectors.joining(", "));
  }

  /** The variant of a name, or null. */
  public static @Nullable Variant named(String name) {
    return ALL.stream().filter(variant -> variant.name.equals(name)).findFirst().orElse(null);
  }

  /** The variant of a generation's last kernels. */
  public static Variant of(Generation generation) {
    return switch (generation) {
      case MMAP_LOCK -> MMAP_LOCK;
      case RWSEM -> RWSEM;
      case REFCOUNT -> REFCOUNT;
      case EXCLUDE_READERS -> EXCLUDE_READERS;
    };
  }

  private static Variant of(String name, Generation generation, OwnerTest ownerTest, Detach detach) {
    return new Variant(name, generation, true, ownerTest, detach, Set.of());
  }

  /** The same with one bug. */
  public Variant with(Mutant mutant) {
    Set<Mutant> more = EnumSet.of(mutant);
    more.addAll(mutants);
    return new Variant(name + "+" + mutant, generation, seqIsSeqcount, ownerTest, detach, more);
  }

  /** Whether a bug was put back in. */
  public boolean has(Mutant mutant) {
    return mutants.contains(mutant);
  }

  /** Whether some kernel has it, and it was not only discussed. */
  public boolean isOfAKernel() {
    return detach == Detach.LOCK_DETACH_STORE;
  }

  /** Whether the lock of a VMA is vm_refcnt. */
  public boolean isRefcounted() {
    return Generation.REFCNTS.contains(generation);
  }
}
