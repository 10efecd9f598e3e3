package io.vmatrace.checker.mm;

/**
 * When something was seen: its place in the capture, its time and its CPU. A moment may be unset ("not seen, or not known").
 *
 * <p>Order between moments is only claimed where the capture proves it events of one CPU are in the order of
 * their buffer; events of two CPUs only when their printed times differ, because a printed microsecond is a tie.
 */
public final class Moment {
  private long at;
  private long earliest;
  private long time;
  private int cpu = -1;

  /** Sets this moment. {@code at} is the place in the capture, from 1. */
  public void set(long at, long time, int cpu) {
    set(at, time, time, cpu);
  }

  /** Sets this moment to one of which the capture tells only the earliest and the latest time. */
  public void set(long at, long earliest, long latest, int cpu) {
    this.at = at;
    this.earliest = earliest;
    this.time = latest;
    this.cpu = cpu;
  }

  /** Makes this moment the same as another, set or not. */
  public void set(Moment other) {
    set(other.at, other.earliest, other.time, other.cpu);
  }

  /** Makes this moment unset. */
  public void clear() {
    at = 0;
  }

  public boolean known() {
    return at != 0;
  }

  /** The place in the capture (a line number for text), or 0 when unset. */
  public long at() {
    return at;
  }

  /** The time in the capture's clock unit, the latest that it can have been; meaningless when unset. */
  public long time() {
    return time;
  }

  public int cpu() {
    return cpu;
  }

  /** Whether both are set and the capture proves that this one came first. */
  public boolean surelyBefore(Moment other) {
    if (at == 0 || other.at == 0) {
      return false;
    }
    return cpu == other.cpu && cpu >= 0 ? at < other.at : time < other.earliest;
  }

  /** Whether both are set and this one's time is printed as earlier: then it came before every event that the capture has from the other on. */
  public boolean isEarlier(Moment other) {
    return at != 0 && other.at != 0 && time < other.earliest;
  }

  /** Whether the capture proves {@code from} before this before {@code to}. */
  public boolean surelyBetween(Moment from, Moment to) {
    return from.surelyBefore(this) && surelyBefore(to);
  }

  /** A copy that later changes of this one do not reach. */
  public Moment copy() {
    Moment copy = new Moment();
    copy.set(this);
    return copy;
  }
}
