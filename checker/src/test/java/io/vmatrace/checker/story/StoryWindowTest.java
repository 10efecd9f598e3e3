package io.vmatrace.checker.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Begun;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import io.vmatrace.checker.report.StoryRow.Subject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoryWindowTest {
  private static Place place(long at) {
    return new Place(at, at, at, "1.0", 0);
  }

  private static Side side(int pid, long since) {
    return new Side(pid, "w", since == 0 ? null : Held.WRITE, null, null, since == 0 ? null : Begun.at(place(since)));
  }

  private static StoryRow row(long at, Side task, List<Side> others, @Nullable String breaks) {
    return new StoryRow(place(at), task, "STEP", "step", new Subject(null, null, 0, null), List.of(), others, breaks, null, 0);
  }

  private static List<Long> places(StoryWindow window) {
    return window.rows().stream().map(row -> row.place().at()).toList();
  }

  @Test
  void shouldBeginWithWhatIsInFlightAndEndWithIt() {
    StoryWindow window = new StoryWindow(Set.of(2L), 6);
    window.accept(row(1, side(1, 0), List.of(), null));
    window.accept(row(2, side(1, 0), List.of(), null)); // evidence
    window.accept(row(3, side(1, 0), List.of(), null));
    window.accept(row(4, side(2, 4), List.of(), null));
    window.accept(row(5, side(1, 5), List.of(side(2, 4)), null));
    window.accept(row(6, side(1, 5), List.of(side(2, 4)), "R59"));
    window.accept(row(7, side(1, 0), List.of(side(2, 4)), null));
    assertThat(window.isOver()).isFalse();
    window.accept(row(8, side(2, 0), List.of(), null));
    assertThat(window.isOver()).isTrue();
    window.accept(row(9, side(2, 0), List.of(), null));
    assertThat(places(window)).containsExactly(2L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void shouldLeaveOutTheMiddleOfALongAffairAndSaySo() {
    StoryWindow window = new StoryWindow(Set.of(3L), 10_001);
    for (int at = 1; at <= 10_000; at++) {
      window.accept(row(at, side(1, 1), List.of(), null));
    }
    window.accept(row(10_001, side(1, 1), List.of(), "R59"));
    window.accept(row(10_002, side(1, 0), List.of(), null));
    List<StoryRow> rows = window.rows();
    assertThat(rows).hasSize(StoryWindow.MOST_ROWS);
    assertThat(places(window)).contains(1L, 3L, 9_990L, 10_001L, 10_002L);
    assertThat(rows.stream().mapToLong(StoryRow::leftOut).sum()).isEqualTo(10_002 - StoryWindow.MOST_ROWS);
  }

  @Test
  void shouldTellNothingWithoutTheBreak() {
    StoryWindow window = new StoryWindow(Set.of(), 9);
    window.accept(row(1, side(1, 1), List.of(), null));
    assertThat(window.rows()).isEmpty();
  }
}
