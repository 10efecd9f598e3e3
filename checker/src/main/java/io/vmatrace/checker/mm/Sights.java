package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * What probes have shown of one life of a VMA, and of all VMAs at its address. A filter by its address, its mm or its range leaves all of it out,
 * or all write locks of it, and what else is said of the VMA, as that it was copied or stored, proves nothing then about what it is not seen to do.
 */
public final class Sights {
  /** What probes have shown of all VMAs at one address. */
  public static final class OfAddress {
    private boolean writeLocked;
    private int detaches;

  }

  private final OfAddress address;
  private boolean any;
  private int writeLocks;
  private long start;
  private long end;
  private List<BiPredicate<Op, Sample>> awaiting = List.of();

  public Sights(OfAddress address) {
    this.address = address;
  }

  /** Those of the next life at the address. */
  public Sights next() {
    return new Sights(address);
  }


  /** A detach of it is recorded. */
  public void detaches() {
    address.detaches++;
  }

  /** A write lock of it is recorded. */
  public void writeLocks() {
    address.writeLocked = true;
    writeLocks++;
  }

  /** A probe has shown it. */
  public void see(Op op, Sample sample) {
    any = true;
    if (sample.hasRange()) {
      start = sample.start();
      end = sample.end();
    }
    if (!awaiting.isEmpty()) {
      awaiting.removeIf(asking -> asking.test(op, sample));
    }
  }

  /** Has everything told that is read of it from now on, until the one told says that it is enough. */
  public void tell(BiPredicate<Op, Sample> asking) {
    if (awaiting.isEmpty()) {
      awaiting = new ArrayList<>(); // most have nobody who asks
    }
    awaiting.add(asking);
  }

  /** Whether a probe has shown it. */
  public boolean any() {
    return any;
  }

  /** How many events of write locks of it are recorded. */
  public int writeLocksShown() {
    return writeLocks;
  }

  /** Whether a write lock of a VMA at its address is recorded. */
  public boolean isWriteLockShown() {
    return address.writeLocked;
  }

  /** How many events of detaches of VMAs at its address are recorded. */
  public int detachesShown() {
    return address.detaches;
  }

  /** The first byte of the range that was read of it last; with {@link #end} 0 for none. */
  public long start() {
    return start;
  }

  public long end() {
    return end;
  }
}
