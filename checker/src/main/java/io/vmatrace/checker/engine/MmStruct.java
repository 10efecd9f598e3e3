package io.vmatrace.checker.engine;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An mm_struct. */
public final class MmStruct {
  final long address;
  final RwSemaphore mmapLock = new RwSemaphore();
  public int lockSeq;
  public MapleTree<VmAreaStruct> tree = MapleTree.empty();

  /** mm_users and mm_count. */
  int users = 1;

  int count = 1;
  boolean freed;

  /** MMF_UNSTABLE: a fork failed, and its VMAs are freed while the tree still has them. */
  boolean unstable;

  /** vma_writer_wait: the task that sleeps until readers have left, or null. */
  @Nullable Sleeper writerWait;

  /** Pages in its page tables, with the VMA that installed them. */
  final NavigableMap<Long, VmAreaStruct> pages = new TreeMap<>();

  /** A range (inclusive) that user space never unmaps: a walk must find all of it mapped. */
  long alwaysFrom;

  long alwaysTo = -1;

  /** Readers of all its VMAs, and whether they are stopped: only under the variant stop-readers. */
  int readers;

  boolean readersStopped;

  MmStruct(long address) {
    this.address = address;
  }
}
