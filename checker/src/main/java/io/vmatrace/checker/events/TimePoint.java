package io.vmatrace.checker.events;

import io.vmatrace.parser.event.ClockUnit;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * A time as a person gives it: {@code 12.5} as the capture prints it, {@code +1.5} after the first event, {@code -0.5} before the
 * last one.
 *
 * @param value seconds, or counts where the capture's clock counts ticks; not negative
 */
public record TimePoint(From from, BigDecimal value) {
  private static final int NANOSECOND_DIGITS = 9;

  /** Where it is counted from. */
  public enum From {
    ZERO,
    FIRST_EVENT,
    LAST_EVENT
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none; the message is for a person
   */
  public static TimePoint parse(String text) {
    char sign = text.isEmpty() ? ' ' : text.charAt(0);
    From from = sign == '+' ? From.FIRST_EVENT : sign == '-' ? From.LAST_EVENT : From.ZERO;
    String digits = from == From.ZERO ? text : text.substring(1);
    if (!digits.matches("\\d{1,19}(\\.\\d{1,9})?")) {
      throw new IllegalArgumentException(
          "'%s' is no time: give seconds as the capture prints them (12.5), +1.5 after the first event, or -0.5 before the last".formatted(text));
    }
    return new TimePoint(from, new BigDecimal(digits));
  }

  /** Whether the time of the last event must be known. */
  public boolean needsEnd() {
    return from == From.LAST_EVENT;
  }

  /**
   * The time in the capture's unit.
   *
   * @param first time of the capture's first event
   * @param last time of its last one; only looked at when {@link #needsEnd}
   */
  long in(ClockUnit unit, long first, long last) {
    BigDecimal counted = unit == ClockUnit.NANOSECONDS ? value.movePointRight(NANOSECOND_DIGITS) : value;
    BigDecimal at =
        switch (from) {
          case ZERO -> counted;
          case FIRST_EVENT -> counted.add(BigDecimal.valueOf(first));
          case LAST_EVENT -> BigDecimal.valueOf(last).subtract(counted);
        };
    return at.min(BigDecimal.valueOf(Long.MAX_VALUE)).max(BigDecimal.valueOf(Long.MIN_VALUE)).longValue();
  }

  /** Whether it is surely later than another one: both are counted from the same event, or from zero. */
  public boolean isAfter(TimePoint other) {
    int compared = value.compareTo(other.value);
    return from == other.from && (from == From.LAST_EVENT ? compared < 0 : compared > 0);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s%s", from == From.ZERO ? "" : from == From.FIRST_EVENT ? "+" : "-", value.toPlainString());
  }
}
