package io.vmatrace.checker.story;

import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Of the rows about a finding those of the affair: from where what was in flight at the break began to where it ended. Rows come in order,
 * and only few are kept.
 */
final class StoryWindow implements Consumer<StoryRow> {
  /** A story is not longer. */
  static final int MOST_ROWS = 36;

  /** So many rows may follow the break. */
  private static final int MOST_AFTER = 14;

  /** So many are kept while the break has not come. */
  private static final int MOST_KEPT = 400;

  private final Set<Long> evidence;
  private final List<StoryRow> rows = new ArrayList<>();
  private final Set<Integer> inFlight = new HashSet<>();
  private int after = -1;
  private long leftOut;

  /** @param evidence where the events are that prove the finding: they stay, however early */
  StoryWindow(Set<Long> evidence) {
    this.evidence = evidence;
  }

  /** Whether all that was in flight at the break has ended, or enough has been told. */
  boolean isOver() {
    return after >= 0 && (inFlight.isEmpty() || after >= MOST_AFTER);
  }

  @Override
  public void accept(StoryRow row) {
    if (isOver() || !row.isStep()) {
      return;
    }
    rows.add(row);
    if (row.breaks() != null) {
      after = 0;
      begin(row);
      sides(row).filter(Side::isBusy).forEach(side -> inFlight.add(side.pid()));
    } else if (after >= 0) {
      after++;
    } else {
      makeRoom(row);
    }
    if (after >= 0 && !row.task().isBusy()) {
      inFlight.remove(row.task().pid());
    }
  }

  private static Stream<Side> sides(StoryRow row) {
    return Stream.concat(Stream.of(row.task()), row.others().stream());
  }

  /** Where the first began of what is in flight at a row. */
  private static long begun(StoryRow row) {
    return sides(row).map(Side::since).filter(Objects::nonNull).mapToLong(Place::at).min().orElse(row.place().at());
  }

  private void begin(StoryRow row) {
    long begun = begun(row);
    rows.removeIf(before -> before.place().at() < begun && !evidence.contains(before.place().at()));
  }

  private void makeRoom(StoryRow row) {
    if (rows.size() > MOST_KEPT) {
      begin(row);
    }
    while (rows.size() > MOST_KEPT) {
      int oldest = IntStream.range(MOST_ROWS / 2, rows.size()).filter(i -> !evidence.contains(rows.get(i).place().at())).findFirst().orElse(0);
      rows.remove(oldest);
      leftOut++;
    }
  }

  /** The story's rows; empty if the break never came. */
  List<StoryRow> rows() {
    int broken = IntStream.range(0, rows.size()).filter(i -> rows.get(i).breaks() != null).findFirst().orElse(-1);
    if (broken < 0) {
      return List.of();
    }
    Set<Integer> kept = new HashSet<>();
    Set<Long> begins = new HashSet<>(evidence);
    sides(rows.get(broken)).map(Side::since).filter(Objects::nonNull).forEach(since -> begins.add(since.at()));
    IntStream.range(0, rows.size()).filter(i -> begins.contains(rows.get(i).place().at())).limit(MOST_ROWS / 2).forEach(kept::add);
    IntStream.range(0, rows.size()).boxed().sorted(Comparator.comparingInt(i -> Math.abs(i - broken))).takeWhile(_ -> kept.size() < MOST_ROWS).forEach(kept::add);
    return elided(kept);
  }

  private List<StoryRow> elided(Set<Integer> kept) {
    List<StoryRow> told = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < rows.size(); i++) {
      before += i == MOST_ROWS / 2 ? leftOut : 0;
      if (kept.contains(i)) {
        told.add(before == 0 ? rows.get(i) : rows.get(i).after(before));
        before = 0;
      } else {
        before++;
      }
    }
    return told;
  }
}
