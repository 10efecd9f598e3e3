package io.vmatrace.checker.recipe;

import static io.vmatrace.parser.event.Generation.RWSEM;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The probes that make a capture E2, as they are written to dynamic_events: docs/CAPTURE.md shows just these. Accepted and exercised
 * on 6.12.94, 6.18.15 and 7.2.13, x86-64 (docs/PROTOCOL.md, What can be hooked); those that name registers are for x86-64 only.
 */
public final class Probes {
  /**
   * One line for dynamic_events.
   *
   * @param kind the event that it makes
   * @param designs the kernels that take it
   * @param definition with {@code $V} and {@code $VP} for the values of a VMA
   */
  public record Probe(EventKind kind, Set<Generation> designs, String definition) {}

  /** {@code $V}: what a probe fetches from its argument vma. */
  private static final String VALUES =
      "vma=vma:x64 mm=vma->vm_mm:x64 start=vma->vm_start:x64 end=vma->vm_end:x64 refcnt=vma->vm_refcnt.refs.counter:x32"
          + " lock_seq=vma->vm_lock_seq:u32 mm_seq=vma->vm_mm->mm_lock_seq.sequence:u32";

  private static final String RWSEM_VALUES =
      "vma=vma:x64 mm=vma->vm_mm:x64 start=vma->vm_start:x64 end=vma->vm_end:x64"
          + " lock_seq=vma->vm_lock_seq:u32 mm_seq=vma->vm_mm->mm_lock_seq.sequence:u32"
          + " detached=vma->detached:u8 rwsem=vma->vm_lock:x64 rwsem_count=vma->vm_lock->lock.count.counter:x64";

  /** {@code $VP}: the same through struct vma_prepare, whose first member points to the VMA. */
  private static final String PREPARED =
      "vma=+0(%di):x64 insert=+40(%di):x64 remove=+48(%di):x64 start=+0(+0(%di)):x64 end=+8(+0(%di)):x64";

  private static final List<Probe> ALL =
      EventKinds.all().stream().flatMap(kind -> kind.probes().stream().map(probe -> new Probe(kind, probe.designs(), probe.definition()))).toList();

  private Probes() {}

  /** All of them, in the order in which they are best written. */
  public static List<Probe> all() {
    return ALL;
  }

  /** The probe that makes an event on a design; null where the kernel has nothing to probe. */
  static @Nullable Probe of(EventKind kind, Generation design) {
    return ALL.stream().filter(p -> p.kind() == kind && p.designs().contains(design)).findFirst().orElse(null);
  }

  /** What {@code $V} stands for. */
  public static String values(Generation design) {
    return design == RWSEM ? RWSEM_VALUES : VALUES;
  }

  /** What {@code $VP} stands for. */
  public static String preparedValues(Generation design) {
    return PREPARED + (design == RWSEM ? " lock_seq=+44(+0(%di)):u32" : " refcnt=+128(+0(%di)):x32 lock_seq=+40(+0(%di)):u32");
  }
}
