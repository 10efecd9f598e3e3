package io.vmatrace.checker.mm;

/**
 * Where a task is in an unmap: vms_gather_munmap_vmas(), then one store that takes the range out of the tree, then
 * vms_complete_munmap_vmas(), which frees the VMAs (mm/vma.c, 6.12 on). It ends with the write section, or with the next unmap.
 */
public final class Unmap {
  private long first;
  private long last;
  private final Moment gathering = new Moment();
  private final Moment completing = new Moment();
  private final Moment freed = new Moment();

  /** The entry of vms_gather_munmap_vmas(); unset once that has returned. */
  public Moment gathering() {
    return gathering;
  }

  /** When a VMA of the range was freed by vms_complete_munmap_vmas() inside the write section; unset when none was. */
  public Moment freed() {
    return freed;
  }

  /** Whether [from, to] has a part in the range. */
  public boolean overlaps(long from, long to) {
    return from <= last && to >= first;
  }

  /** vms_gather_munmap_vmas() begins, for [first, last]. */
  public void gather(long from, long to, Moment moment) {
    begin(from, to);
    gathering.set(moment);
  }

  /** vms_gather_munmap_vmas() has returned. */
  public void gathered() {
    gathering.clear();
  }

  /** vms_complete_munmap_vmas() begins, for [first, last]. */
  public void complete(long from, long to, Moment moment) {
    begin(from, to);
    completing.set(moment);
  }

  private void begin(long from, long to) {
    close();
    first = from;
    last = to;
  }

  /** The task frees the VMA of [start, end). */
  public void free(long start, long end, Moment moment) {
    if (completing.known() && !freed.known() && start >= first && end - 1 <= last) {
      freed.set(moment);
    }
  }

  /** No unmap is under way. */
  public void close() {
    gathering.clear();
    completing.clear();
    freed.clear();
  }
}
