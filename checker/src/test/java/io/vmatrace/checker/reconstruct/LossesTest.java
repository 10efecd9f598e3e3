package io.vmatrace.checker.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a capture lacks, and since when: the places after which nothing is certain. */
class LossesTest implements StepSink {
  private final List<Long> lost = new ArrayList<>();
  private final Losses losses = new Losses(new World(this, new Room(Room.USUAL_BYTES)));

  @Override
  public void accept(Step step) {}

  @Override
  public void lost(long afterAt) {
    lost.add(afterAt);
  }

  private void marker(EventKind kind, long at, Object... values) {
    EventBatch events = new EventBatch(1);
    events.firstLine(at);
    events.add(kind, new EventHead());
    for (int i = 0; i < values.length; i += 2) {
      events.put((Field) values[i], (long) values[i + 1]);
    }
    losses.marker(kind, events, 0);
  }

  /** Arrays begin with 16 CPUs. */
  @ParameterizedTest
  @ValueSource(ints = {0, 15, 16, 17, 31, 32, 33, 64, (1 << 15) - 1})
  void shouldKnowTheLastTimeOfAnyCpuThatHadAnEvent(int cpu) {
    assertThat(losses.lastTimeOf(cpu)).isEqualTo(Long.MIN_VALUE);
    losses.event(cpu, 5, 100);
    assertThat(losses.lastTimeOf(cpu)).isEqualTo(100);
    assertThat(losses.lastTimeOf(cpu + 1)).isEqualTo(Long.MIN_VALUE);
    assertThat(losses.cpusSeen()).isEqualTo(1);
    assertThat(lost).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1 << 15})
  void shouldKnowNoTimeOfACpuThatThereCannotBe(int cpu) {
    losses.event(cpu, 5, 100);
    assertThat(losses.lastTimeOf(cpu)).isEqualTo(Long.MIN_VALUE);
    assertThat(losses.cpusSeen()).isZero();
    marker(MarkerEvents.LOST_EVENTS, 6, Field.CPU, (long) cpu);
    assertThat(lost).containsExactly(0L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 15, 16})
  void shouldLoseFromTheLastEventOfTheCpuToItsNext(int cpu) {
    losses.event(cpu, 1, 100);
    losses.event(1, 2, 101);
    marker(MarkerEvents.LOST_EVENTS, 3, Field.CPU, (long) cpu);
    assertThat(lost).containsExactly(1L);
    losses.event(1, 4, 102);
    assertThat(lost).hasSize(1);
    losses.event(cpu, 5, 103);
    assertThat(lost).containsExactly(1L, 1L);
    losses.event(cpu, 6, 104);
    losses.finish();
    assertThat(lost).hasSize(2);
  }

  @Test
  void shouldLoseToTheEndWhereTheCpuHasNoMoreEvents() {
    losses.event(0, 1, 100);
    losses.event(1, 2, 101);
    marker(MarkerEvents.LOST_EVENTS, 3, Field.CPU, 0L);
    marker(MarkerEvents.LOST_EVENTS, 4, Field.CPU, 1L);
    losses.event(1, 5, 102);
    assertThat(lost).containsExactly(1L, 2L, 2L);
    losses.finish();
    assertThat(lost).containsExactly(1L, 2L, 2L, 1L);
  }

  @Test
  void shouldLoseWhereTimeGoesBackButNotWhereItStays() {
    losses.event(0, 1, 100);
    losses.event(1, 2, 100);
    assertThat(losses.timeWentBack()).isZero();
    losses.event(0, 3, 99);
    losses.event(-1, 4, 98);
    losses.event(16, 5, 97);
    assertThat(losses.timeWentBack()).isEqualTo(3);
    assertThat(losses.wentBackAt()).isEqualTo(3);
    assertThat(lost).containsExactly(0L, 0L, 0L);
  }

  @Test
  void shouldLoseWhatACpuDidBeforeItsFirstEventWhereBuffersRanOver() {
    losses.overran();
    losses.event(0, 1, 100);
    losses.event(0, 2, 101);
    assertThat(lost).isEmpty();
    losses.event(1, 3, 102);
    assertThat(lost).containsExactly(0L);
    losses.event(1, 4, 103);
    assertThat(lost).hasSize(1);
  }

  @Test
  void shouldBeginAnewWithAnotherCapture() {
    losses.event(0, 1, 100);
    marker(MarkerEvents.LOST_EVENTS, 2, Field.CPU, 0L);
    marker(MarkerEvents.DUMP_STARTED, 3);
    assertThat(lost).containsExactly(1L, 1L, 2L);
    losses.event(0, 4, 50);
    assertThat(losses.timeWentBack()).isZero();
    assertThat(lost).hasSize(3);
    marker(MarkerEvents.LOST_EVENTS, 5, Field.CPU, 1L);
    assertThat(lost).containsExactly(1L, 1L, 2L, 0L);
  }

  @Test
  void shouldLoseWhatIsAtAPlaceThatCannotBeRead() {
    marker(MarkerEvents.DAMAGED, 7);
    marker(MarkerEvents.BUFFER_STARTED, 8);
    assertThat(lost).containsExactly(6L, 0L);
  }
}
