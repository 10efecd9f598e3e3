package io.vmatrace.checker.measure;

import io.vmatrace.checker.concurrent.ConcurrentMachine;
import io.vmatrace.checker.concurrent.ConcurrentRwSemaphore;
import io.vmatrace.checker.concurrent.Mm;
import io.vmatrace.checker.concurrent.MmapReentrantLock;
import io.vmatrace.checker.concurrent.NoVmaLock;
import io.vmatrace.checker.concurrent.StampedVmaLock;
import io.vmatrace.checker.concurrent.Task;
import io.vmatrace.checker.concurrent.VmaLock;
import io.vmatrace.checker.protocol.Variant;
import java.util.List;
import java.util.stream.Stream;

/** What is measured: a variant of the protocol, a baseline, or the floor; by name, so that a JVM of its own can make it. */
final class Contender {
  /** The mmap_lock alone, as a ReentrantReadWriteLock. */
  static final String REENTRANT_LOCK_PER_MM = "ReentrantReadWriteLock per mm";

  static final String STAMPED_LOCK_PER_VMA = "StampedLock per VMA";

  /** A fault is one increment and one decrement of a number that all tasks of the mm share; everything else is nothing. */
  static final String ATOMIC_PAIR = "atomic increment and decrement";

  static final List<String> BASELINES = List.of(REENTRANT_LOCK_PER_MM, STAMPED_LOCK_PER_VMA);

  private Contender() {}

  /** The contenders for faults: the floor, the baselines, and the variants that keep the invariants. */
  static List<String> ofFaults() {
    return Stream.concat(Stream.of(ATOMIC_PAIR), ofAll().stream()).toList();
  }

  /** The contenders for all operations: without the floor, which has faults only. */
  static List<String> ofAll() {
    Stream<String> variants =
        Variant.ALL.stream().filter(variant -> variant.detach() != Variant.Detach.HOLE_LOCK_DETACH).map(Variant::name);
    return Stream.concat(BASELINES.stream(), variants).toList();
  }

  /** The floor and the baselines, which others are compared with. */
  static boolean isReference(String name) {
    return name.equals(ATOMIC_PAIR) || BASELINES.contains(name);
  }

  /** What the question is about: the order of today against what was discussed, and against what was before. */
  static final String SUBJECT = Variant.EXCLUDE_READERS.name();

  static final List<String> RIVALS = List.of(Variant.STORE_LOCK_DETACH.name(), Variant.RWSEM.name(), Variant.MMAP_LOCK.name());

  /** Whether the cost of one is given relative to that of another. */
  static boolean isCompared(String name, String other) {
    return !name.equals(other) && (isReference(other) || name.equals(SUBJECT) && RIVALS.contains(other));
  }

  /** Its way of doing an operation. */
  interface Runner {
    Mm newMm();

    void run(Operation operation, Task task, Mm mm);
  }

  static Runner of(String name) {
    return switch (name) {
      case ATOMIC_PAIR -> new AtomicPair();
      case REENTRANT_LOCK_PER_MM -> {
        VmaLock vmaLock = new NoVmaLock();
        yield new OfMachine(new ConcurrentMachine(Variant.MMAP_LOCK, MmapReentrantLock::new, vmaLock, vmaLock::make));
      }
      case STAMPED_LOCK_PER_VMA -> {
        VmaLock vmaLock = new StampedVmaLock();
        yield new OfMachine(new ConcurrentMachine(Variant.RWSEM, ConcurrentRwSemaphore::new, vmaLock, vmaLock::make));
      }
      default -> new OfMachine(ConcurrentMachine.of(variant(name)));
    };
  }

  private static Variant variant(String name) {
    Variant variant = Variant.named(name);
    if (variant == null) {
      throw new IllegalArgumentException("there is no variant " + name);
    }
    return variant;
  }

  private record OfMachine(ConcurrentMachine machine) implements Runner {
    @Override
    public Mm newMm() {
      return machine.newMm();
    }

    @Override
    public void run(Operation operation, Task task, Mm mm) {
      operation.run(machine, task, mm);
    }
  }

  private static final class AtomicPair implements Runner {
    @Override
    public Mm newMm() {
      return new Mm(new ConcurrentRwSemaphore());
    }

    @Override
    public void run(Operation operation, Task task, Mm mm) {
      if (operation.call() == Operation.Call.FAULT) {
        mm.readers.increment();
        mm.readers.decrement();
      }
    }
  }
}
