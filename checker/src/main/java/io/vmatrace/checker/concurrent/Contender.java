package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.engine.Variant;
import java.util.List;
import java.util.stream.Stream;

/** What is measured: a variant of the protocol, a baseline, or the floor; by name, so that a JVM of its own can make it. */
final class Contender {
  /** The mmap_lock alone, as a ReentrantReadWriteLock. */
  static final String REENTRANT_LOCK_PER_MM = "ReentrantReadWriteLock per mm";

  static final String STAMPED_LOCK_PER_VMA = "StampedLock per VMA";

  /** For a fault no more than one increment and one decrement of a number that all tasks of the mm share; for all else nothing. */
  static final String ATOMIC_PAIR = "atomic increment and decrement";

  private Contender() {}

  /** All: the floor, the baselines, and the variants that keep the invariants. */
  static List<String> all() {
    Stream<String> variants =
        Variant.ALL.stream().filter(variant -> variant.detach() != Variant.Detach.HOLE_LOCK_DETACH).map(Variant::name);
    return Stream.concat(Stream.of(ATOMIC_PAIR, REENTRANT_LOCK_PER_MM, STAMPED_LOCK_PER_VMA), variants).toList();
  }

  /** How it does an operation. */
  interface Runner {
    Mm newMm();

    void run(Operation operation, Task task, Mm mm);
  }

  static Runner of(String name) {
    return switch (name) {
      case ATOMIC_PAIR -> new AtomicPair();
      case REENTRANT_LOCK_PER_MM -> {
        VmaLock vmaLock = new NoVmaLock();
        yield new OfMachine(new Machine(Variant.MMAP_LOCK, MmapReentrantLock::new, vmaLock, vmaLock::make));
      }
      case STAMPED_LOCK_PER_VMA -> {
        VmaLock vmaLock = new StampedVmaLock();
        yield new OfMachine(new Machine(Variant.RWSEM, RwSemaphore::new, vmaLock, vmaLock::make));
      }
      default -> new OfMachine(Machine.of(variant(name)));
    };
  }

  private static Variant variant(String name) {
    return Variant.ALL.stream()
        .filter(variant -> variant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no variant " + name));
  }

  private record OfMachine(Machine machine) implements Runner {
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
      return new Mm(new RwSemaphore());
    }

    @Override
    public void run(Operation operation, Task task, Mm mm) {
      if (operation.call() == Operation.Call.FAULT) {
        mm.readers.getAndIncrement();
        mm.readers.getAndDecrement();
      }
    }
  }
}
