package io.vmatrace.checker.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of one task about a VMA, in a history or in the story of a finding.
 *
 * @param place where the event is
 * @param task who did it, and what it held after it
 * @param step the kernel's function or what it did, such as VM_AREA_FREE; LOST where events are missing
 * @param text the same for a person
 * @param subject the mm and the VMA
 * @param changes values that the event shows for the first time, or to be others than before
 * @param others what all other tasks of the story held, and were inside of, at that time
 * @param breaks the rule that is broken here, or null
 * @param proves the rule that was broken at an earlier row and is proved so here, or null
 * @param leftOut how many rows before this one are left out
 */
public record StoryRow(
    Place place, Side task, String step, String text, Subject subject, List<Change> changes, List<Side> others, @Nullable String breaks, @Nullable String proves,
    long leftOut) {

  /** The step of a row that is no event: what should have been done before the next row of its task. */
  public static final String ABSENT = "ABSENT";


  /**
   * Where an event is.
   *
   * @param at its number in the capture: later events have higher ones
   * @param line from 1; null in a binary capture
   * @param offset in the decompressed capture, in bytes
   * @param time seconds, or ticks
   */
  public record Place(long at, @Nullable Long line, long offset, String time, int cpu) {
    /** The time without zeros that no clock printed: microseconds, where nanoseconds were not printed. */
    public String shortTime() {
      return Report.Quote.shortTime(time);
    }
  }

  /**
   * What a row is about.
   *
   * @param mm address of the mm, or null
   * @param vma address of the VMA, or null
   * @param incarnation how many lives at that address were seen to begin before
   * @param range its range, or that of the step, as 0xSTART-0xEND; null where it is not known
   */
  public record Subject(@Nullable String mm, @Nullable String vma, int incarnation, @Nullable String range) {}

  /**
   * A value.
   *
   * @param before null where it was not known
   */
  public record Change(String name, @Nullable String before, String after) {}

  /** How a lock is held. */
  public enum Held {
    READ,
    WRITE
  }

  /**
   * A task, and what it holds.
   *
   * @param mmapLock how it holds the mmap_lock; null for not, or not known
   * @param vmaLock how it holds the lock of the VMA; null likewise
   * @param inside the call that it is inside of and that concerns the VMA, or null
   * @param begun when what is in flight began; null when nothing is
   */
  public record Side(int pid, String comm, @Nullable Held mmapLock, @Nullable Held vmaLock, @Nullable String inside, @Nullable Begun begun) {
    /** When it was seen to begin something that has no end yet: a call, or a hold; null when nothing is in flight. */
    public @Nullable Place since() {
      return begun == null ? null : begun.first();
    }

    /** As traces name it. */
    public String name() {
      return comm.isEmpty() ? "task " + pid : comm.replaceAll("\\p{Cntrl}", "?") + "-" + pid;
    }

    /** Whether anything of it is in flight. */
    public boolean isBusy() {
      return begun != null;
    }
  }

  /**
   * When what a task holds and is inside of began.
   *
   * @param first whichever came first, the system call among them
   * @param mmapLock when it was given the mmap_lock as it holds it: after a downgrade that; null for none
   * @param inner when the call began that it is inside of, or its hold of the VMA's lock; null for neither
   */
  public record Begun(Place first, @Nullable Place mmapLock, @Nullable Place inner) {
    /** What began at one place. */
    public static Begun at(Place place) {
      return new Begun(place, place, place);
    }
  }

  /** What should have come before a row, and has not. */
  public StoryRow absent(String what) {
    return new StoryRow(place, task, ABSENT, what, subject, List.of(), others, null, null, leftOut);
  }

  /** A place where events are missing. */
  public static StoryRow lost(Place place) {
    return new StoryRow(place, new Side(-1, "", null, null, null, null), "LOST", "events are missing here", new Subject(null, null, 0, null), List.of(), List.of(), null, null, 0);
  }

  /** Whether it is a step of a task. */
  public boolean isStep() {
    return task.pid() >= 0;
  }

  /** The same row, before which rows are left out. */
  public StoryRow after(long rows) {
    return new StoryRow(place, task, step, text, subject, changes, others, breaks, proves, rows);
  }
}
