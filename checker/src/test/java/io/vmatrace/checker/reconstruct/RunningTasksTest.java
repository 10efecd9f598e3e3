package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of a CPU are missing where a task leaves it to which it did not switch. */
class RunningTasksTest {
  private static final int CPU = 17;

  private final RunningTasks running = new RunningTasks();
  private final EventBatch events = new EventBatch(64);
  private final EventHead head = new EventHead();

  private long event(EventKind kind, int task, long time, Object... values) {
    head.pid = task;
    head.cpu = CPU;
    head.time = time;
    head.place = events.size();
    events.add(kind, head);
    for (int i = 0; i < values.length; i += 2) {
      events.put((Field) values[i], (long) values[i + 1]);
    }
    return running.tornSince(kind, events, events.size() - 1);
  }

  private long runs(int task) {
    return event(PageFaultEvents.PAGE_FAULT_USER, task, events.size());
  }

  private long switches(int from, long to) {
    return event(SchedEvents.SCHED_SWITCH, from, events.size(), Field.STATE, (long) 'S', Field.PID, to);
  }

  /** So many switches that fit that one may be missing. */
  private void record(int pairs) {
    runs(1);
    for (int i = 0; i < pairs; i++) {
      assertThat(switches(1, 2)).isEqualTo(-1);
      runs(2);
      assertThat(switches(2, 1)).isEqualTo(-1);
      runs(1);
    }
  }

  @Test
  void shouldSeeThatEventsAreMissingBeforeATaskToWhichTheCpuDidNotSwitch() {
    record(3);
    int last = events.size();
    assertThat(runs(3)).isEqualTo(-1);
    assertThat(runs(3)).isEqualTo(-1);
    assertThat(switches(3, 1)).isEqualTo(last);
    assertThat(switches(1, 3)).as("once").isEqualTo(-1);
  }

  @Test
  void shouldSeeItAtASwitchAwayFromAnother() {
    record(3);
    int last = events.size();
    assertThat(switches(0, 2)).isEqualTo(last);
  }

  @Test
  void shouldNotTakeAnEventAmongThoseOfAnotherTaskForAHole() {
    record(3);
    runs(3);
    assertThat(runs(1)).isEqualTo(-1);
    assertThat(switches(1, 2)).isEqualTo(-1);
    runs(2);
    runs(3);
    assertThat(switches(2, 1)).as("which the switch shows to run").isEqualTo(-1);
  }

  @Test
  void shouldNotTakeAnEventOnAnIdleCpuForAHole() {
    record(3);
    switches(1, 0);
    runs(3);
    assertThat(switches(0, 1)).isEqualTo(-1);
  }

  /** With a pid filter only switches from and to its tasks are recorded. */
  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void shouldSayNothingAfterASwitchToATaskOfWhichNothingIsSeen(int other) {
    record(4);
    switches(1, other);
    assertThat(runs(2)).isEqualTo(-1);
    assertThat(switches(2, 1)).isEqualTo(-1);
  }

  /** A filter on next_pid leaves out half of all switches: it must not take the certainty of all. */
  @Test
  void shouldWaitUntilEnoughSwitchesFit() {
    record(1);
    int last = events.size();
    assertThat(switches(3, 1)).isEqualTo(-1);
    runs(1);
    assertThat(switches(1, 2)).isEqualTo(-1);
    runs(2);
    assertThat(switches(2, 1)).isEqualTo(-1);
    runs(1);
    assertThat(switches(1, 2)).isEqualTo(last);
  }

  /** A filter has kept the switches from and to task 2 only, and task 1 has left unseen. */
  @Test
  void shouldSayNothingWhereTheSwitchesOfTheTaskThatWasThereAreNotRecorded() {
    for (int i = 0; i < 8; i++) {
      switches(0, 2);
      runs(2);
      switches(2, 0);
    }
    runs(1);
    assertThat(switches(5, 2)).isEqualTo(-1);
    runs(2);
    switches(2, 1);
    runs(1);
    assertThat(switches(0, 2)).isEqualTo(-1);
  }

  /** perf record -- COMMAND: a task's events end within do_exit(), and the next of the command's tasks comes by a switch from another's. */
  @Test
  void shouldSayNothingWhereATaskThatExitsLeavesUnseen() {
    record(4);
    event(SchedEvents.SCHED_PROCESS_EXIT, 1, events.size());
    runs(1);
    assertThat(runs(2)).isEqualTo(-1);
    assertThat(switches(2, 4)).isEqualTo(-1);
    runs(4);
    assertThat(switches(4, 2)).isEqualTo(-1);
    runs(2);
    int last = events.size();
    runs(3);
    assertThat(switches(3, 1)).as("a task that has not ended").isEqualTo(last);
  }

  @Test
  void shouldKnowNothingAfterAMarkerOrWhereTimeGoesBack() {
    record(4);
    running.forget();
    assertThat(switches(3, 1)).isEqualTo(-1);
    runs(1);
    assertThat(event(SchedEvents.SCHED_SWITCH, 3, 1, Field.STATE, (long) 'S', Field.PID, 1L)).isEqualTo(-1);
  }

  @Test
  void shouldSayNothingWhereNoSwitchIsRecorded() {
    runs(1);
    assertThat(runs(2)).isEqualTo(-1);
    assertThat(runs(3)).isEqualTo(-1);
  }

  /** kernel/sched/core.c: after sched_switch the task before it is current until switch_to(), and may wait for a lock. */
  @Test
  void shouldLetTheTaskWaitThatIsBeingSwitchedAwayFrom() {
    record(4);
    switches(1, 2);
    assertThat(event(ContentionEvents.CONTENTION_BEGIN, 1, events.size())).isEqualTo(-1);
    assertThat(event(ContentionEvents.CONTENTION_END, 1, events.size())).isEqualTo(-1);
    runs(2);
    assertThat(switches(2, 1)).isEqualTo(-1);
    runs(1);
    assertThat(switches(1, 2)).isEqualTo(-1);
  }
}
