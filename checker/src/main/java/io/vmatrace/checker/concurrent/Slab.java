package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * vm_area_cachep. With SLAB_TYPESAFE_BY_RCU the memory freed last is allocated next, also to another mm. Before 6.15 memory was used
 * again after a grace period: here it is not used again, and the garbage collector takes it when no reader can have it.
 */
final class Slab {
  /** New for each freed VMA, so that no two are ever mistaken for one another. */
  private record Free(Vma vma, @Nullable Free next) {}

  private final boolean reuses;
  private final Supplier<Vma> make;
  private final AtomicReference<@Nullable Free> free = new AtomicReference<>();

  Slab(boolean reuses, Supplier<Vma> make) {
    this.reuses = reuses;
    this.make = make;
  }

  /** vm_area_alloc(): detached, and not locked. */
  Vma allocate(Task task, Mm mm, long start, long end) {
    task.step(StepId.VM_AREA_ALLOC);
    return allocated(task, mm, start, end);
  }

  /** vm_area_dup(): a copy with its own range. */
  Vma duplicate(Task task, Mm mm, Vma of, long start, long end) {
    task.step(StepId.VM_AREA_DUP);
    Vma vma = allocated(task, mm, start, end);
    vma.prot = of.prot;
    vma.anonVma = of.anonVma;
    return vma;
  }

  private Vma allocated(Task task, Mm mm, long start, long end) {
    Vma vma = take();
    vma.init(mm, start, end);
    task.allocates(vma);
    return vma;
  }

  private Vma take() {
    Free first = free.get();
    while (first != null && !free.compareAndSet(first, first.next)) {
      first = free.get();
    }
    return first == null ? make.get() : first.vma;
  }

  /** vm_area_free(). */
  void free(Task task, Mm mm, Vma vma) {
    task.step(StepId.KMEM_CACHE_FREE);
    task.frees(mm, vma);
    if (!reuses) {
      return;
    }
    Free first = free.get();
    while (!free.compareAndSet(first, new Free(vma, first))) {
      first = free.get();
    }
  }
}
