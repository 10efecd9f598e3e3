package io.vmatrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordExceptionTest {
  /** ProcessBuilder's message goes on for lines where the user's limit of files (ulimit -n) is reached. */
  @Test
  void shouldSayWhyInOneLine() {
    assertThat(RecordException.refused("recording fails: Cannot run program \"sh\", error: 24 (Too many open files) \nPossible reasons:\n  - none")).hasMessage("recording fails: Cannot run program \"sh\", error: 24 (Too many open files)");
  }
}
