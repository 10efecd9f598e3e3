package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines on a page that is narrower than they are. */
class PageTest {
  private static final String LINE = "echo 'p:vma/vma_prepare vma_prepare vma=+0(%di):x64 insert=+40(%di):x64' >> kprobe_events";

  /** A line that is pasted elsewhere works only as a whole. */
  @Test
  void shouldKeepWholeWhatIsPasted() {
    Page page = new Page(new Style(false, 40, true));
    page.verbatim(LINE);
    page.line(LINE);
    assertThat(page.text().lines().toList().getFirst()).isEqualTo(LINE);
    assertThat(page.text().lines().skip(1)).hasSizeGreaterThan(2).allMatch(line -> line.length() <= 40);
  }
}
