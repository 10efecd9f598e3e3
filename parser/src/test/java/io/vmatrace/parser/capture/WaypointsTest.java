package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where lines begin. */
class WaypointsTest {
  @Test
  void shouldKnowThePlaceBeforeALine() {
    Waypoints places = new Waypoints();
    assertThat(places.upTo(1)).isEqualTo(-1);
    places.offer(10, 1_000);
    places.offer(20, 2_000);
    assertThat(places.upTo(9)).isEqualTo(-1);
    assertThat(places.line(places.upTo(10))).isEqualTo(10);
    assertThat(places.offset(places.upTo(19))).isEqualTo(1_000);
    assertThat(places.offset(places.upTo(99))).isEqualTo(2_000);
  }

  /** However many there are, none is far from a line, and each is right. */
  @Test
  void shouldStaySmall() {
    Waypoints places = new Waypoints();
    int all = 100_000;
    for (int i = 1; i <= all; i++) {
      places.offer(10L * i, 1_000L * i);
    }
    for (long line = 10; line <= 10L * all; line += 777) {
      int at = places.upTo(line);
      assertThat(places.offset(at)).isEqualTo(100 * places.line(at));
      assertThat(line - places.line(at)).isBetween(0L, 10L * 64);
    }
  }
}
