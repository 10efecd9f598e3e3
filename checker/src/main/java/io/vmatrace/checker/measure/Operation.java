package io.vmatrace.checker.measure;

import io.vmatrace.checker.concurrent.ConcurrentMachine;
import io.vmatrace.checker.concurrent.Mm;
import io.vmatrace.checker.concurrent.Task;

/**
 * One operation of a task on an mm.
 *
 * @param mm number of the mm, from 0
 * @param address a user address; for a range its first, at the beginning of a page
 * @param length bytes, whole pages; ignored for a fault and for madvise, which have one page
 * @param prot protection, as mmap() has it
 */
public record Operation(int mm, Call call, long address, long length, int prot) {
  /** Which. */
  public enum Call {
    FAULT,
    /** madvise(MADV_DONTNEED). */
    DONTNEED,
    /** mmap(MAP_FIXED): replaces what is there. */
    MMAP,
    MUNMAP,
    MPROTECT
  }

  static final long PAGE = 4096;
  static final int READ_WRITE = 3;

  static Operation fault(int mm, long address) {
    return new Operation(mm, Call.FAULT, address, PAGE, READ_WRITE);
  }

  /** The last address of the range. */
  long last() {
    return address + length - 1;
  }

  /** Does it. */
  void run(ConcurrentMachine machine, Task task, Mm mm) {
    if (call == Call.FAULT) { // measured to the nanosecond, so without the switch
      machine.faulting.fault(task, mm, address);
    } else {
      runOther(machine, task, mm);
    }
  }

  private void runOther(ConcurrentMachine machine, Task task, Mm mm) {
    switch (call) {
      case FAULT -> throw new IllegalStateException("a fault is no other");
      case DONTNEED -> machine.faulting.dontneed(task, mm, address);
      case MMAP -> machine.mapping.mmap(task, mm, address, last(), prot);
      case MUNMAP -> machine.mapping.munmap(task, mm, address, last());
      case MPROTECT -> machine.mapping.mprotect(task, mm, address, last(), prot);
    }
  }
}
