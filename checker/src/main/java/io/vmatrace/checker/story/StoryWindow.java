package io.vmatrace.checker.story;

import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
  private final long last;
  private boolean isBroken;
  private int after = -1;
  private long leftOut;

  /**
   * @param evidence where the events are that prove the finding: they stay, however early
   * @param last the last of them
   */
  StoryWindow(Set<Long> evidence, long last) {
    this.evidence = evidence;
    this.last = last;
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
    if (after >= 0 && isOfAnotherLife(row)) {
      takeBack(row.task().pid());
      after = MOST_AFTER;
      return;
    }
    rows.add(row);
    if (row.breaks() != null) {
      isBroken = true;
      begin(row);
      sides(row).filter(Side::isBusy).forEach(side -> inFlight.add(side.pid()));
    }
    if (after >= 0) {
      after++;
    } else if (isBroken && row.place().at() >= last) {
      after = 0;
    } else {
      makeRoom(row);
    }
    if (isBroken && !row.task().isBusy()) {
      inFlight.remove(row.task().pid());
    }
  }

  /** Whether a row makes a VMA at the address of the finding's, or is about it: what was in flight has nothing to do with that one. */
  private boolean isOfAnotherLife(StoryRow row) {
    StoryRow breaking = rows.get(broken());
    String vma = breaking.subject().vma();
    boolean isMade = row.step().equals(Op.VM_AREA_ALLOC.name()) || row.step().equals(Op.VM_AREA_DUP.name());
    return vma != null && vma.equals(row.subject().vma()) && (isMade || breaking.subject().incarnation() < row.subject().incarnation());
  }

  /** Leaves out the hold in which a task made another VMA, and its system call, as far as they began after the break. */
  private void takeBack(int pid) {
    List<Integer> own = IntStream.range(broken() + 1, rows.size()).filter(i -> rows.get(i).task().pid() == pid).boxed().toList();
    int begin = own.size() - 1;
    while (begin >= 0 && !isStep(own.get(begin), Op.MMAP_WRITE_LOCK)) {
      begin--;
    }
    if (begin > 0 && isStep(own.get(begin - 1), Op.SYSCALL_ENTER)) {
      begin--;
    }
    if (begin >= 0) {
      Set<StoryRow> taken = own.subList(begin, own.size()).stream().map(rows::get).collect(Collectors.toSet());
      rows.removeIf(taken::contains);
    }
  }

  private boolean isStep(int row, Op op) {
    return rows.get(row).step().equals(op.name());
  }

  /** Where the row is that breaks the rule, or -1. */
  private int broken() {
    return IntStream.range(0, rows.size()).filter(i -> rows.get(i).breaks() != null).findFirst().orElse(-1);
  }

  private static Stream<Side> sides(StoryRow row) {
    return Stream.concat(Stream.of(row.task()), row.others().stream());
  }

  /** Where the first began of what is in flight at a row. */
  private static long begun(StoryRow row) {
    return sides(row).map(Side::since).filter(Objects::nonNull).mapToLong(Place::at).min().orElse(row.place().at());
  }

  private void begin(StoryRow row) {
    long begun = Math.min(begun(row), endedAt(row));
    rows.removeIf(before -> before.place().at() < begun && !evidence.contains(before.place().at()));
  }

  /** Where that began which ends with a row: its task was inside of it at the row before. */
  private long endedAt(StoryRow row) {
    if (rows.size() < 2) {
      return row.place().at();
    }
    Stream<Side> before = sides(rows.get(rows.size() - 2)).filter(side -> side.pid() == row.task().pid());
    return before.map(Side::since).filter(Objects::nonNull).mapToLong(Place::at).min().orElse(row.place().at());
  }

  private void makeRoom(StoryRow row) {
    if (rows.size() > MOST_KEPT && !isBroken) {
      begin(row);
    }
    while (rows.size() > MOST_KEPT) {
      int oldest = IntStream.range(MOST_ROWS / 2, rows.size()).filter(i -> rows.get(i).breaks() == null && !evidence.contains(rows.get(i).place().at())).findFirst().orElse(0);
      rows.remove(oldest);
      leftOut++;
    }
  }

  /** The story's rows; empty if the break never came. */
  List<StoryRow> rows() {
    int broken = broken();
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
