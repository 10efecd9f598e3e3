package io.vmatrace.checker.mm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MomentTest {
  private static Moment at(long at, long time, int cpu) {
    Moment moment = new Moment();
    moment.set(at, time, cpu);
    return moment;
  }

  @Test
  void shouldOrderEventsOfOneCpuByTheirPlaces() {
    assertThat(at(1, 100, 0).surelyBefore(at(2, 100, 0))).isTrue();
    assertThat(at(1, 200, 0).surelyBefore(at(2, 100, 0))).isTrue();
    assertThat(at(2, 100, 0).surelyBefore(at(1, 100, 0))).isFalse();
    assertThat(at(1, 100, 0).surelyBefore(at(1, 100, 0))).isFalse();
  }

  @Test
  void shouldOrderEventsOfTwoCpusByTimesThatDiffer() {
    assertThat(at(1, 100, 0).surelyBefore(at(2, 101, 1))).isTrue();
    assertThat(at(2, 100, 0).surelyBefore(at(1, 101, 1))).isTrue();
    assertThat(at(1, 101, 0).surelyBefore(at(2, 100, 1))).isFalse();
  }

  @Test
  void shouldNotOrderEventsOfTwoCpusAtOneTime() {
    assertThat(at(1, 100, 0).surelyBefore(at(2, 100, 1))).isFalse();
    assertThat(at(2, 100, 1).surelyBefore(at(1, 100, 0))).isFalse();
  }

  @Test
  void shouldNotOrderByPlaceWhereTheCpuIsNotKnown() {
    assertThat(at(1, 100, -1).surelyBefore(at(2, 100, -1))).isFalse();
    assertThat(at(1, 100, -1).surelyBefore(at(2, 101, -1))).isTrue();
  }

  @Test
  void shouldOrderAMomentThatHasBoundsByTheEarliestAndTheLatest() {
    Moment between = new Moment();
    between.set(2, 100, 110, 1);
    assertThat(at(1, 99, 0).surelyBefore(between)).isTrue();
    assertThat(at(1, 100, 0).surelyBefore(between)).isFalse();
    assertThat(between.surelyBefore(at(3, 110, 0))).isFalse();
    assertThat(between.surelyBefore(at(3, 111, 0))).isTrue();
  }

  @Test
  void shouldOrderNothingThatIsUnset() {
    Moment unset = at(1, 100, 0);
    unset.clear();
    assertThat(unset.known()).isFalse();
    assertThat(unset.surelyBefore(at(2, 101, 0))).isFalse();
    assertThat(at(2, 101, 0).surelyBefore(unset)).isFalse();
  }

  @Test
  void shouldLieBetweenTwoOnlyWhereBothOrdersAreSure() {
    assertThat(at(2, 101, 1).surelyBetween(at(1, 100, 0), at(3, 102, 0))).isTrue();
    assertThat(at(2, 100, 1).surelyBetween(at(1, 100, 0), at(3, 102, 0))).isFalse();
    assertThat(at(2, 102, 1).surelyBetween(at(1, 100, 0), at(3, 102, 0))).isFalse();
  }

  @Test
  void shouldCopyAllOfAMoment() {
    Moment moment = new Moment();
    moment.set(2, 100, 110, 1);
    Moment copy = moment.copy();
    moment.clear();
    assertThat(copy.at()).isEqualTo(2);
    assertThat(copy.time()).isEqualTo(110);
    assertThat(copy.cpu()).isEqualTo(1);
    assertThat(at(1, 99, 0).surelyBefore(copy)).isTrue();
    assertThat(at(1, 100, 0).surelyBefore(copy)).isFalse();
  }
}
