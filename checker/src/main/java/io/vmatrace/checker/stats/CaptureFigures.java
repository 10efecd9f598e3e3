package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What a capture, or one mm of it, shows of its page faults and locks. CaptureFigures of several can be added up. */
public final class CaptureFigures {
  private final int digits;
  private final Map<Timed, Distribution> times = new EnumMap<>(Timed.class);
  private final Map<FaultReason, Long> faults = new EnumMap<>(FaultReason.class);
  private final Map<Caller, Distribution> readers = new EnumMap<>(Caller.class);
  private final Map<Caller, Distribution> writers = new EnumMap<>(Caller.class);
  private final Map<String, Distribution> readingCalls = new TreeMap<>();
  private final Map<String, Distribution> writingCalls = new TreeMap<>();
  private long stores;
  private long clears;
  private long writeLocksSampled;
  private long writeLocksThatMetReaders;

  /** CaptureFigures whose percentiles are right to so many decimal digits. */
  CaptureFigures(int digits) {
    this.digits = digits;
  }

  void time(Timed what, long length) {
    times.computeIfAbsent(what, _ -> new Distribution(digits)).add(length);
  }

  void held(boolean write, Caller caller, long length) {
    time(write ? Timed.WRITE_HOLD : Timed.READ_HOLD, length);
    (write ? writers : readers).computeIfAbsent(caller, _ -> new Distribution(2)).add(length);
  }

  /** A hold, counted before, was in a system call of that name, which is no {@link Caller} of its own. */
  void heldBy(boolean write, String call, long length) {
    (write ? writingCalls : readingCalls).computeIfAbsent(call, _ -> new Distribution(2)).add(length);
  }

  void fault(FaultReason reason, long count) {
    if (count > 0) {
      faults.merge(reason, count, Long::sum);
    }
  }

  void stored() {
    stores++;
  }

  void cleared() {
    clears++;
  }

  void writeLock(boolean metReader) {
    writeLocksSampled++;
    writeLocksThatMetReaders += metReader ? 1 : 0;
  }

  /** Adds all of others. */
  void add(CaptureFigures other) {
    other.times.forEach((what, of) -> times.computeIfAbsent(what, _ -> new Distribution(digits)).add(of));
    other.faults.forEach(this::fault);
    other.readers.forEach((caller, of) -> readers.computeIfAbsent(caller, _ -> new Distribution(2)).add(of));
    other.writers.forEach((caller, of) -> writers.computeIfAbsent(caller, _ -> new Distribution(2)).add(of));
    other.readingCalls.forEach((call, of) -> readingCalls.computeIfAbsent(call, _ -> new Distribution(2)).add(of));
    other.writingCalls.forEach((call, of) -> writingCalls.computeIfAbsent(call, _ -> new Distribution(2)).add(of));
    stores += other.stores;
    clears += other.clears;
    writeLocksSampled += other.writeLocksSampled;
    writeLocksThatMetReaders += other.writeLocksThatMetReaders;
  }

  /** How long things of one kind took. */
  public Distribution times(Timed what) {
    return times.getOrDefault(what, new Distribution(digits));
  }

  /** Page faults by the way they took. */
  public Map<FaultReason, Long> faults() {
    return faults;
  }

  /** How long the mmap_lock was held, by what held it, to read or to write. */
  public Map<Caller, Distribution> holds(boolean write) {
    return write ? writers : readers;
  }

  /** Of the holds by {@link Caller#OTHER}, those in a system call whose name is known, by that. */
  public Map<String, Distribution> otherCalls(boolean write) {
    return write ? writingCalls : readingCalls;
  }

  /** How often a VMA was stored in the tree. */
  public long stores() {
    return stores;
  }

  /** How often a range of the tree was cleared. */
  public long clears() {
    return clears;
  }

  /** Entries of __vma_start_write() that show vm_refcnt. */
  public long writeLocksSampled() {
    return writeLocksSampled;
  }

  /** Those of them where a reader was counted beside the attachment. */
  public long writeLocksThatMetReaders() {
    return writeLocksThatMetReaders;
  }
}
