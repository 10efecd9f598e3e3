package io.vmatrace.checker.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one task: its mm, the mmap_locks it holds, and the calls it is inside of. */
public interface TaskState {
  /** The kernel's pid: user space's thread id. */
  int pid();

  /** The mm that it runs in, or null when not proven. */
  @Nullable MmState mm();

  /** Its certain holds, in the order of acquisition. */
  @Tells(Fact.MMAP_LOCK_HELD)
  List<? extends Hold> holds();

  /** Whether {@link #holds} is all it holds: true once it was seen in user mode, where a task holds nothing. */
  @Tells(Fact.HOLDS_NOTHING_ELSE)
  boolean isHoldsKnown();

  /** When it was last seen in user mode, where it held nothing; unset when it was not. */
  @Tells(Fact.HOLDS_NOTHING_ELSE)
  Moment inUserModeAt();

  /** Whether begins and ends of its system calls are recorded: then nothing of it is missing from one to the other but a part of one call. */
  boolean isCallsRecorded();

  /** Whether it was seen in user mode last where a system call began or ended: what it did since lies in that call, or between two. */
  boolean isSinceCall();

  /** The system call that it is in, or {@link SystemCall.Kind#OTHER}: another one, none, or none that is known. */
  SystemCall.Kind systemCall();

  /** Whether it is in a system call that works on its own mm, and on no other: one whose end would be recorded. */
  boolean isInCallOnOwnMm();

  /** Its hold of an mm's mmap_lock, or null: none, or none that is known. */
  @Tells(Fact.MMAP_LOCK_HELD)
  @Nullable Hold holdOf(@Nullable MmState of);

  /** The open write section of this task on an mm, or null when it has none or none is known. */
  @Tells(Fact.WRITE_SECTION)
  @Nullable WriteSection sectionOf(@Nullable MmState of);

  /** The write section that it opened last and still holds, or null. */
  @Tells(Fact.WRITE_SECTION)
  @Nullable WriteSection innermostSection();

  Calls.VmaRead read();

  Calls.FaultCall faultCall();

  Calls.StartWrite startWrite();

  /** The wait for readers that it is asleep in, or null. */
  @Tells(Fact.WAITS_FOR_READERS)
  Calls.@Nullable StartWrite asleepIn();

  /** While it copies an mm in fork: the mm that is copied; else null. */
  @Tells(Fact.FORKING)
  @Nullable MmState forkParent();

  /** The mm that its execve() is building; null when in none, or before it has locked that mm. */
  @Nullable MmState execMm();

  /** Where in the capture it last gave an mmap_lock back; 0 when it was not seen to. */
  @Tells(Fact.HOLDS_NOTHING_ELSE)
  long releasedAt();

  /** Whether between two places in the capture it had no event for so long that tracing may have been off, everywhere or on its CPU. */
  boolean isQuietBetween(long after, long before);

  /** Whether it has had none for so long up to a moment. */
  boolean isQuietAt(Moment now);

  /** As {@link #isQuietBetween}, where the time does not count in which it was away: from the switch to another task to the switch back. */
  boolean isQuietRunningBetween(long after, long before);

  /** What observers keep about what it is inside of; emptied when it is seen in user mode. */
  Memory memory();
}
