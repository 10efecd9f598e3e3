package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueText;

/** The tracepoints of address spaces and of the slab: include/trace/events/mmap.h, kmem.h. */
public final class MemoryEvents {
  static final EventFamily FAMILY = EventFamily.after(MapleTreeEvents.FAMILY);

  public static final EventKind VM_UNMAPPED_AREA =
      FAMILY
          .tracepoint("vm_unmapped_area", "mmap")
          .fields(ADDRESS, LENGTH)
          .recordedWith("exit_mmap")
          .ignored()
          .showsNone("an address was chosen: nothing has changed yet")
          .row();

  /** {@code mmap:exit_mmap: mt_mod PTR, DESTROY}: LOCK holds the address of the maple tree, mm + offset of mm_mt. */
  public static final EventKind EXIT_MMAP_EVENT =
      FAMILY
          .tracepoint("exit_mmap", "mmap")
          .named("EXIT_MMAP_EVENT")
          .fields(LOCK)
          .spelled(LOCK, "mt")
          .text(ValueText.POINTER)
          .shows(Op.EXIT_MMAP)
          .row();

  /** OTHER is the object, of any cache, that goes back to the slab. */
  public static final EventKind KMEM_CACHE_FREE =
      FAMILY.tracepoint("kmem_cache_free", "kmem/kmem_cache_free").onDemand().fields(OTHER).spelled(OTHER, "ptr").shows(Op.MM_FREE).row();

  private MemoryEvents() {}
}
