package io.vmatrace.checker.mm;

/**
 * What probes have shown of one life of a VMA. A filter by its address, its mm or its range leaves all of it out, and what else is said of the
 * VMA, as that it was copied or stored, proves nothing then about what it is not seen to do.
 */
public final class Sights {
  private boolean any;

  /** A probe has shown it. */
  public void see() {
    any = true;
  }

  /** Whether a probe has shown it. */
  public boolean any() {
    return any;
  }
}
