package io.vmatrace.checker.engine;

/** How many random schedules the tests of the engine run. */
public final class Schedules {
  /** So many show that nothing is wrong; {@code -Dvmatrace.schedules} says another number. */
  public static final int ENOUGH = Integer.getInteger("vmatrace.schedules", 500);

  /** So many are tried until something is seen that must be seen: the first that shows it is enough. */
  static final int MOST = Math.max(ENOUGH, 20_000);

  private Schedules() {}
}
