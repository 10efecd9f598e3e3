package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import io.vmatrace.checker.report.StoryRow.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoryColumnsTest {
  private final List<String> lines = new ArrayList<>();

  private static Side side(int pid, @Nullable Held mmapLock, @Nullable String inside) {
    return new Side(pid, "w", mmapLock, null, inside, null);
  }

  private static StoryRow row(int at, Side task, String text, List<Side> others, @Nullable String breaks) {
    return new StoryRow(new Place(at, (long) at, at, "1.%06d000".formatted(at), pidCpu(task)), task, "STEP", text, new Subject(null, null, 0, null), List.of(), others, breaks, null, 0);
  }

  private static int pidCpu(Side task) {
    return task.pid() % 2;
  }

  private StoryColumns columns(int width) {
    return new StoryColumns(new Style(false, width, true), lines::add);
  }

  private static List<StoryRow> ofTasks(int n) {
    return IntStream.range(0, n).mapToObj(i -> row(i, side(100 + i, null, null), "releases the mmap_lock", List.of(), null)).toList();
  }

  @Test
  void shouldShowWhatOthersHoldBesideTheirColumns() {
    Side writer = side(1, Held.WRITE, null);
    Side reader = side(2, null, "lock_vma_under_rcu() at 0x1000");
    List<StoryRow> rows = List.of(row(1, reader, "lock_vma_under_rcu() at 0x1000", List.of(), null), row(2, writer, "vm_area_free()", List.of(reader), "R59"));
    StoryColumns columns = columns(80);
    assertThat(columns.arrange(rows)).isZero();
    rows.forEach(columns::row);
    assertThat(lines)
        .containsExactly(
            "  time     CPU     w-2                             w-1",
            "  1.000001   0 l   lock_vma_under_rcu() at",
            "               l   0x1000",
            "> 1.000002   1 l                               W   vm_area_free()",
            "               l                               W   <== R59 broken here");
  }

  @Test
  void shouldStayWithinAnyPage() {
    for (int width : new int[] {40, 55, 80, 120, 160, 250}) {
      for (int tasks : new int[] {1, 2, 3, 7, 40}) {
        lines.clear();
        List<StoryRow> rows = ofTasks(tasks);
        StoryColumns columns = columns(width);
        int without = columns.arrange(rows);
        rows.forEach(columns::row);
        assertThat(lines).as("%d columns, %d tasks", width, tasks).allMatch(line -> line.length() <= width);
        assertThat(lines.getFirst().contains("other tasks")).isEqualTo(without > 0);
        assertThat(rows).allMatch(row -> lines.stream().anyMatch(line -> line.contains(row.task().name())));
      }
    }
  }

  @Test
  void shouldKeepTheColumnOfTheTaskThatBreaksTheRule() {
    List<StoryRow> rows = new ArrayList<>(ofTasks(9));
    rows.add(row(20, side(999, null, null), "vm_area_free()", List.of(), "R59"));
    rows.addAll(ofTasks(9));
    assertThat(columns(80).arrange(rows)).isEqualTo(9);
    assertThat(lines.getFirst()).contains("w-999").contains("other tasks");
  }

  @Test
  void shouldGiveATaskThatComesLaterAColumnOrAShare() {
    StoryColumns columns = columns(80);
    columns.arrange(ofTasks(1));
    ofTasks(4).forEach(columns::row);
    assertThat(lines.stream().filter(line -> line.contains("time"))).hasSize(3);
    assertThat(lines).anyMatch(line -> line.contains("w-103: releases"));
  }

  @Test
  void shouldPutValuesBelowAndSayWhatIsLeftOut() {
    StoryRow plain = ofTasks(1).getFirst();
    List<Change> changes = List.of(new Change("vm_refcnt", "0x1", "0x2"), new Change("vm_end", null, "0x7fa6d93ec000"));
    StoryRow row = new StoryRow(plain.place(), plain.task(), "STEP", "clears 0x7fa6d93dc000-0x7fa6d93ec000", plain.subject(), changes, List.of(), null, null, 3);
    StoryColumns columns = columns(44);
    columns.arrange(List.of(row));
    columns.row(row);
    assertThat(lines)
        .containsExactly(
            "  time     CPU     w-100",
            "               ... 3 rows left out",
            "  1.000000   0     clears 0x7fa6d93dc000-",
            "                   0x7fa6d93ec000",
            "                    vm_refcnt 0x1 -> 0x2,",
            "                    vm_end 0x7fa6d93ec000");
  }
}
