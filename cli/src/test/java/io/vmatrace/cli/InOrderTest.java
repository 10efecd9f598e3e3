package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InOrderTest {
  private static final int PIECES = 200;

  private final List<Integer> handed = new ArrayList<>();

  @Test
  void shouldHandOverInTheOrderInWhichWorkWasGivenWhicheverEndsFirst() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (InOrder order = new InOrder(2)) {
      order.add(_ -> {
        await(second);
        return () -> handed.add(0);
      });
      order.add(isNext -> {
        assertThat(isNext.getAsBoolean()).isFalse();
        second.countDown();
        return () -> handed.add(1);
      });
      order.then(() -> handed.add(2));
      order.finish();
    }
    assertThat(handed).containsExactly(0, 1, 2);
  }

  @Test
  void shouldBeginNoMoreThanTwiceAsManyAsRunAtOnce() {
    AtomicInteger begun = new AtomicInteger();
    try (InOrder order = new InOrder(3)) {
      for (int i = 0; i < PIECES; i++) {
        int piece = i;
        order.add(_ -> {
          begun.incrementAndGet();
          return () -> {
            handed.add(piece);
            assertThat(begun.get()).isLessThanOrEqualTo(handed.size() + 2 * 3);
          };
        });
      }
      order.finish();
    }
    assertThat(handed).isEqualTo(IntStream.range(0, PIECES).boxed().toList());
  }

  @Test
  void shouldRunOneAfterTheOtherOnTheThreadThatGivesThem() {
    Thread here = Thread.currentThread();
    try (InOrder order = new InOrder(1)) {
      for (int i = 0; i < 5; i++) {
        int piece = i;
        order.add(isNext -> {
          assertThat(isNext.getAsBoolean()).isTrue();
          assertThat(Thread.currentThread()).isSameAs(here);
          return () -> handed.add(piece);
        });
        assertThat(handed).hasSize(i + 1);
      }
    }
  }

  @Test
  void shouldRunAPieceAlone() {
    AtomicInteger running = new AtomicInteger();
    try (InOrder order = new InOrder(4)) {
      for (int i = 0; i < 4; i++) {
        order.add(_ -> {
          running.incrementAndGet();
          return running::decrementAndGet;
        });
      }
      order.addAlone(_ -> {
        assertThat(running).hasValue(0);
        return () -> handed.add(4);
      });
    }
    assertThat(handed).containsExactly(4);
  }

  @Test
  void shouldStopWhereNobodyWantsMore() {
    try (InOrder order = new InOrder(2)) {
      order.add(_ -> order::stop);
      order.add(_ -> () -> handed.add(1));
      order.finish();
      assertThat(order.isOver()).isTrue();
    }
    assertThat(handed).isEmpty();
  }

  @Test
  void shouldEndWithWhatEndedAPieceInItsTurn() {
    try (InOrder order = new InOrder(2)) {
      order.add(_ -> () -> handed.add(0));
      assertThatThrownBy(() -> {
        order.add(_ -> {
          throw new IllegalStateException("a rule failed");
        });
        order.finish();
      }).isInstanceOf(IllegalStateException.class).hasMessage("a rule failed");
    }
    assertThat(handed).containsExactly(0);
  }

  /** What fits in memory by itself may not do so beside others. */
  @Test
  void shouldRepeatAloneWhatDidNotFitInMemory() {
    AtomicInteger tries = new AtomicInteger();
    try (InOrder order = new InOrder(2)) {
      order.add(_ -> {
        if (tries.incrementAndGet() == 1) {
          throw new IllegalStateException("a decoder failed", new OutOfMemoryError("Java heap space"));
        }
        return () -> handed.add(0);
      });
      order.add(_ -> () -> handed.add(1));
      order.finish();
    }
    assertThat(handed).containsExactly(0, 1);
    assertThat(tries).hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
