package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of {@code check --format html} in a browser. */
class HtmlPageTest {
  private static final String BROKEN = "samples/broken-detach-no-wait-churn.txt.zst";
  private static final String FORK = "samples/broken-fork-unlocked-fork-faults.txt.zst";
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String TRACEPOINTS = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";

  /** The capture's pictures, once they are there. */
  private static final String PICTURES = "document.querySelector('.figures').capture";

  @TempDir static Path folder;

  private static @Nullable Browser opened;
  private static Path broken = Path.of("");

  @BeforeAll
  static void open() {
    opened = new Browser();
    broken = page("broken", BROKEN);
  }

  @AfterAll
  static void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private static Path page(String name, String... captures) {
    Path page = folder.resolve(name + ".html");
    String[] command = new String[captures.length + 4];
    System.arraycopy(new String[] {"check", "-q", "-o", "html:" + page}, 0, command, 0, 4);
    System.arraycopy(captures, 0, command, 4, captures.length);
    assertThat(Runs.run(command).status()).isLessThanOrEqualTo(4);
    return page;
  }

  private static Browser show(Path page, int width, String colours) {
    Browser browser = Objects.requireNonNull(opened, "open").open(page, width, colours);
    browser.run("document.querySelector('.figures').scrollIntoView()");
    browser.await("return Boolean(%s)".formatted(PICTURES));
    return browser;
  }

  /** Scrolls a picture into view, and has a script look at its canvas once it is drawn. */
  private static int canvas(Browser browser, int figure, String script) {
    browser.run("document.querySelectorAll('.figure')[%d].scrollIntoView()".formatted(figure));
    browser.await("return document.querySelectorAll('.figure')[%d].querySelector('canvas') !== null".formatted(figure));
    browser.await("const c = %s, chart = [c.tracks, c.space, c.life, c.heat][%d]; return chart.isSeen && !chart.isStale && !c.window.waiting".formatted(PICTURES, figure));
    browser.run("return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    return (int) browser.number(
        """
        const canvas = document.querySelectorAll('.figure')[%d].querySelector('canvas');
        const c = %s;
        const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
        const points = (name, left = 0, top = 0, width = canvas.width, height = canvas.height) => {
          const n = parseInt(colour(name).slice(1), 16), data = canvas.getContext('2d').getImageData(left, top, width, height).data;
          let count = 0;
          for (let i = 0; i < data.length; i += 4) {
            count += data[i] === n >> 16 && data[i + 1] === (n >> 8 & 255) && data[i + 2] === (n & 255) ? 1 : 0;
          }
          return count;
        };
        %s
        """.formatted(figure, PICTURES, script));
  }

  @Test
  void shouldSayTheVerdictFirstAndAskForNothing() {
    Browser browser = show(broken, 1280, "light");
    assertThat(browser.text("return document.querySelector('h1').innerText")).isEqualTo("VIOLATION 1 capture: 1 VIOLATION");
    assertThat(browser.text("return document.querySelector('.lead').innerText")).isEqualTo("11 violations of 1 rule; 63 rules held; 24 rules could not be checked.");
    assertThat(browser.text("return document.querySelector('.unchecked summary').innerText")).endsWith(": 24 rules");
    assertThat(browser.text("return document.querySelector('.cause').innerText")).isEqualTo("R59/vm_area_free/munmap/under-reader");
    assertThat(browser.run("return [...document.querySelectorAll('.figure h4')].map(title => title.innerText)"))
        .isEqualTo(List.of("Tasks and mmap_locks", "VMAs over the address space", "One VMA", "Page faults over addresses and time"));
    for (int figure = 0; figure < 4; figure++) {
      canvas(browser, figure, "return 0");
    }
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEqualTo(1);
  }

  @Test
  void shouldTellStoriesAndShowTheEventsAroundThem() {
    Browser browser = show(broken, 1280, "light");
    assertThat(browser.text("return document.querySelector('.story thead').innerText")).contains("workload-153", "workload-152");
    assertThat(browser.text("return document.querySelector('.story tr.broken').innerText")).contains("vm_area_free()", "R59 broken here");
    assertThat(browser.text("return document.querySelector('.raw pre').textContent")).contains("vm_area_free: (vm_area_free+0x0/0x80) vma=0xff2fcabac07ace40");
    assertThat(browser.text("return document.querySelector('.raw mark').textContent")).contains("1016  ");
    assertThat(browser.text("return [...document.querySelectorAll('.figures .note')].at(-1).innerText"))
        .isEqualTo("Nothing is thinned out. Every finding is marked at every zoom.");
  }

  /** A picture of the page as it is opened has the charts that are in view. */
  @ParameterizedTest
  @CsvSource({"1280, light", "400, dark"})
  void shouldDrawWhatIsInView(int width, String colours) {
    Browser browser = show(broken, width, colours);
    browser.await("return %s.charts().every(chart => { const { top, bottom } = chart.host.getBoundingClientRect(); return top >= innerHeight || bottom <= 0 || chart.plot; })".formatted(PICTURES));
    assertThat(browser.number("return %s.tracks.plot ? 1 : 0".formatted(PICTURES))).isEqualTo(1);
  }

  @Test
  void shouldZoomToTheLifeOfAVma() {
    Browser browser = show(broken, 1280, "light");
    browser.run("const c = %s; c.vmaChoice.selectedIndex = 1; c.vmaChoice.dispatchEvent(new Event('change'))".formatted(PICTURES));
    browser.await("const c = %s, { from, to } = c.life.drawn(); return c.window.from < from && c.window.to > to && c.window.to - c.window.from < 1.1 * (to - from) + 10".formatted(PICTURES));
    assertThat(browser.text("return %s.lives.innerText".formatted(PICTURES))).startsWith("drawn from 7.7");
  }

  /** A sheet shows every chart, in its width and on white, and what is closed on the screen; and the screen is as before afterwards. */
  @Test
  void shouldPrintWhole() {
    Browser browser = show(broken, 1280, "dark");
    String charts = "const charts = %s.charts().filter(chart => chart.host.isConnected); return ".formatted(PICTURES);
    String paper = "getComputedStyle(document.body).backgroundColor";
    browser.run("dispatchEvent(new Event('beforeprint'))");
    assertThat(browser.number(charts + "charts.filter(chart => chart.plot && chart.plot.width > 600 && chart.plot.width <= 718).length")).isEqualTo(5);
    assertThat(browser.number("return document.querySelectorAll('details:not([open])').length")).as("the lists of the screen").isEqualTo(3);
    assertThat(browser.text("return " + paper)).isEqualTo("rgb(255, 255, 255)");
    browser.run("dispatchEvent(new Event('afterprint'))");
    assertThat(browser.number(charts + "charts.filter(chart => chart.plot.width > 1000).length")).isEqualTo(5);
    assertThat(browser.number("return document.querySelectorAll('details:not([open])').length")).isGreaterThan(5);
    assertThat(browser.text("return " + paper)).isNotEqualTo("rgb(255, 255, 255)");
    assertThat(browser.console()).isEmpty();
  }

  /** No chart is empty: the page says what is missing and which command adds it. */
  @Test
  void shouldSayWhatACaptureWithoutVmasLacks() throws IOException {
    Path header = folder.resolve("header.txt");
    Files.write(header, List.of("# tracer: nop", "#"));
    Path locks = folder.resolve("locks.txt");
    String all = new String(new ZstdInputStream(Files.newInputStream(Path.of(TRACEPOINTS))).readAllBytes(), StandardCharsets.UTF_8);
    Files.write(locks, all.lines().filter(line -> !line.contains(": ma_") && !line.contains(": page_fault_")).toList());
    Browser browser = show(page("lacking", header.toString(), locks.toString()), 400, "dark");
    assertThat(browser.text("return document.querySelector('.figures').innerText")).startsWith("Nothing in this capture can be drawn").contains("vmatrace info CAPTURE");
    browser.run("document.querySelectorAll('.figures')[1].scrollIntoView()");
    browser.await("return Boolean(document.querySelectorAll('.figures')[1].capture)");
    assertThat(browser.run("return [...document.querySelectorAll('.figure h4')].map(title => title.innerText + (title.closest('figure') ? '' : ': none'))"))
        .isEqualTo(List.of("Tasks and mmap_locks", "VMAs over the address space: none", "Page faults over addresses and time: none"));
    assertThat(browser.text("return document.querySelectorAll('.figures')[1].innerText")).contains("maple_tree:ma_write", "vmatrace record");
    assertThat(browser.console()).isEmpty();
  }

  /** Where columns have no room a step is below the other, whole, with its task and what the other one is inside of. */
  @Test
  void shouldTellStoriesWithoutColumnsWhereThePageIsNarrow() {
    Browser browser = show(broken, 400, "light");
    assertThat(browser.number("const { right } = document.querySelector('.finding').getBoundingClientRect(); return [...document.querySelectorAll('.story td')].filter(cell => cell.getBoundingClientRect().right > right).length")).isZero();
    String before = "getComputedStyle(document.querySelector('.story tr.broken td%s'), '::before').content";
    assertThat(browser.text("return " + before.formatted(".own"))).isEqualTo("\"workload-152: \"");
    assertThat(browser.text("return " + before.formatted("[data-task]:not(.own)"))).isEqualTo("\"meanwhile workload-153 \"");
    assertThat(browser.console()).isEmpty();
  }

  /** From all of the capture down to a few microseconds; 0.37: where in the window the finding is. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.3, 0.1, 0.01, 1e-3, 1e-4, 1e-5})
  void shouldMarkAFindingAtEveryZoom(double zoom) {
    Browser browser = show(broken, 1280, "light");
    browser.run("const c = %s, t = c.model.findings[0].time, w = c.model.span * %s; c.window.set(t - 0.37 * w, t + 0.63 * w)".formatted(PICTURES, zoom));
    int marked = canvas(browser, 0,
        """
        const x = c.tracks.plot.bbox.left + (c.model.findings[0].time - c.window.from) / (c.window.to - c.window.from) * c.tracks.plot.bbox.width;
        return points('finding', Math.round(x) - 2, 0, 5, 20);
        """);
    assertThat(marked).isGreaterThanOrEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
  void shouldShowTheVmaThatIsOutOfTheTreeAndNotFreedWithAReaderInside(int width, String colours) {
    Browser browser = show(broken, width, colours);
    browser.run("document.querySelector('button.show').click()");
    browser.await("return %s.at === 0".formatted(PICTURES));
    assertThat(canvas(browser, 1, "return points('out-looked-up')")).isGreaterThan(400 * width / 1280);
    assertThat(canvas(browser, 2, "return points('out-looked-up')")).isGreaterThan(100 * width / 1280);
    assertThat(canvas(browser, 2, "return points('refused')")).as("the look-up").isGreaterThan(100);
    assertThat(browser.text("return document.querySelector('.meetings summary').innerText")).isEqualTo("Out of the tree, not yet freed, and a look-up inside: 48 times");
    assertThat(browser.number("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void shouldDrawTheCounterAndTheFaults() {
    Browser browser = show(broken, 1280, "light");
    browser.run("document.querySelector('button.show').click()");
    browser.await("return %s.at === 0".formatted(PICTURES));
    assertThat(browser.run("const c = %s; return c.refcnt.raw.slice(0, 3).concat(c.refcnt.raw.at(-1))".formatted(PICTURES))).asString().endsWith(", 1]");
    browser.run("%s.window.all()".formatted(PICTURES));
    assertThat(canvas(browser, 3, "return Array.from({ length: 9 }, (_, i) => points('heat-' + i)).reduce((a, b) => a + b)")).isGreaterThan(5_000);
    assertThat(browser.number("const c = %s; return c.heat.counts.reduce((a, b) => a + b)".formatted(PICTURES))).isEqualTo(1950);
    assertThat(browser.number("return document.querySelectorAll('.histograms svg .bar').length")).isGreaterThan(20);
    assertThat(browser.text("return document.querySelector('.histograms').previousElementSibling.innerText")).contains("logarithm");
    assertThat(browser.text("return document.querySelector('.histograms figcaption').innerText")).matches(".*: [\\d,]+; the highest bar: [\\d,]+ \\(log scale\\)");
  }

  /** The fields of page faults are of less time the deeper the zoom, and none is lost: each fault of that time is in one of them. */
  @Test
  void shouldCountFaultsAnewWhereItIsZoomed() {
    Browser browser = show(broken, 1280, "light");
    browser.run("const c = %s; c.window.set(c.model.span * 0.5, c.model.span * 0.51)".formatted(PICTURES));
    canvas(browser, 3, "return 0");
    String fields = "const { heat, model } = %s, { first, long, columns } = heat.fields; ".formatted(PICTURES);
    assertThat(browser.number(fields + "return heat.coarse.long / long")).isGreaterThan(16);
    long inside = browser.number(fields + "return [...model.spans.kind.keys()].filter(i => isOfFault(i) && model.spans.end[i] >= first && model.spans.end[i] < first + columns * long).length; "
        + "function isOfFault(i) { return model.spans.kind[i] >= 6 && model.spans.kind[i] <= 8; }");
    assertThat(inside).isPositive();
    assertThat(browser.number("return %s.heat.counts.reduce((a, b) => a + b)".formatted(PICTURES))).isEqualTo(inside);
    assertThat(browser.text("return %s.heat.key.textContent".formatted(PICTURES))).matches(" \\d+ in a field of [\\d.]+ us and 64 KiB");
    browser.run("%s.window.all()".formatted(PICTURES));
    browser.await("return %s.heat.fields === %s.heat.coarse".formatted(PICTURES, PICTURES));
  }

  @Test
  void shouldBeUsedByKeys() {
    Browser browser = show(broken, 1280, "light");
    String key = "document.querySelector('.chart').dispatchEvent(new KeyboardEvent('keydown', { key: '%s', bubbles: true }));";
    String width = "return %s.window.to - %s.window.from".formatted(PICTURES, PICTURES);
    long all = browser.number(width);
    browser.run(key.formatted("+"));
    assertThat(browser.number(width)).isBetween(all / 2 - 2, all / 2 + 2);
    browser.run(key.formatted("0") + key.formatted("n"));
    assertThat(browser.number("return %s.at".formatted(PICTURES))).isEqualTo(0);
    browser.run(key.formatted("n"));
    browser.await("return document.querySelector('.where').innerText.includes('1 finding')");
    assertThat(browser.text("return document.querySelector('.readout').innerText")).startsWith("R59/vm_area_free/under-reader at 7.726223");
    browser.run("document.querySelector('.told').open = true");
    browser.await("return document.querySelectorAll('.told tbody tr').length > 5");
  }

  @ParameterizedTest
  @CsvSource({"1280, light", "400, dark"})
  void shouldBeAccessible(int width, String colours) {
    Browser browser = show(broken, width, colours);
    browser.run("document.querySelectorAll('details').forEach(details => { details.open = true; })");
    for (int figure = 0; figure < 4; figure++) {
      canvas(browser, figure, "return 0");
    }
    assertThat(browser.inaccessible()).isEqualTo(List.of());
  }

  /** A comm may hold what ends a script, and what would load something. */
  @Test
  void shouldShowWhatACaptureHoldsAndNotRunIt() throws IOException {
    String text = new String(new ZstdInputStream(Files.newInputStream(Path.of(BROKEN))).readAllBytes(), StandardCharsets.UTF_8);
    Path hostile = folder.resolve("<b>hostile.txt");
    Files.writeString(hostile, text.replace("       workload-152", "</script><i>-152").replace("       workload-153", "<img src=a>\u202ex\"-153"));
    Browser browser = show(page("hostile", hostile.toString()), 1280, "light");
    assertThat(browser.text("return document.querySelector('.story thead').innerText")).contains("</script><i>-152");
    browser.run("document.querySelectorAll('details').forEach(details => { details.open = true; })");
    canvas(browser, 0, "return 0");
    browser.await("return document.querySelector('.list tbody').innerText.includes('</script><i>-152')");
    assertThat(browser.text("return %s.words.task(%s.model.meetings[0].task)".formatted(PICTURES, PICTURES))).isEqualTo("<img src=a>\\u202ex\"-153").isEqualTo(browser.text("return [...document.querySelectorAll('.story th')].map(th => th.innerText).find(text => text.startsWith('<img'))"));
    assertThat(browser.number("return document.querySelectorAll('i, img, h2 > b').length")).isZero();
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEqualTo(1);
  }

  /** A capture so many times over, a second later each: more spans than a page has. Times to the first picture and of frames are measured by hand (docs/HTML.md). */
  @Test
  void shouldStayWithinItsLimits() throws IOException {
    int times = 70;
    int violations = 155 * times;
    List<String> lines = new String(new ZstdInputStream(Files.newInputStream(Path.of(FORK))).readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
    Pattern time = Pattern.compile(" (\\d+)(\\.\\d{6}: )");
    Path many = folder.resolve("many.txt");
    try (BufferedWriter out = Files.newBufferedWriter(many)) {
      for (int i = 0; i < times; i++) {
        int later = i;
        for (String line : lines) {
          out.append(time.matcher(line).replaceFirst(of -> " " + (Integer.parseInt(of.group(1)) + later) + of.group(2))).append('\n');
        }
      }
    }
    Path page = page("many", many.toString());
    assertThat(Files.size(page)).isLessThan(6_000_000);
    Browser browser = show(page, 1280, "light");
    assertThat(browser.text("return document.querySelector('.lead').innerText")).startsWith("%,d violations of 1 rule".formatted(violations));
    assertThat(browser.number("return %s.model.findings.length".formatted(PICTURES))).as("each is marked").isEqualTo(violations);
    assertThat(browser.number("return %s.model.spans.all".formatted(PICTURES))).isGreaterThan(400_000);
    assertThat(browser.number("return %s.model.spans.size".formatted(PICTURES))).isBetween(100_000L, 400_000L);
    for (int figure = 0; figure < 4; figure++) {
      canvas(browser, figure, "return 0");
    }
    assertThat(browser.number("return performance.memory.usedJSHeapSize")).isLessThan(200_000_000);
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).isEqualTo(1);
  }

  @Test
  void shouldShowACaptureWithoutFindingsAndOneOfTracepointsOnly() {
    Browser browser = show(page("clean", CLEAN, TRACEPOINTS, "LICENSE"), 1280, "dark");
    assertThat(browser.text("return [...document.querySelectorAll('h2')].map(title => title.innerText).join()")).isEqualTo("OK %s,OK %s,UNREADABLE LICENSE".formatted(CLEAN, TRACEPOINTS));
    assertThat(browser.run("return [...document.querySelectorAll('.contents li')].map(entry => entry.innerText)"))
        .as("the worst first").isEqualTo(List.of("UNREADABLE LICENSE", "OK " + CLEAN, "OK " + TRACEPOINTS));
    assertThat(browser.number("return document.querySelector(document.querySelector('.contents a').hash).innerText.includes('LICENSE') ? 1 : 0")).isEqualTo(1);
    assertThat(browser.text("return document.querySelector('#findings-1').nextElementSibling.innerText")).isEqualTo("None.");
    assertThat(browser.text("return [...document.querySelectorAll('#capture-2 tbody tr')].map(row => row.innerText).find(row => row.startsWith('fault under the VMA lock'))"))
        .isEqualTo("fault under the VMA lock\t255\thow long: not recorded");
    browser.run("document.querySelectorAll('.figures')[1].scrollIntoView()");
    browser.await("return Boolean(document.querySelectorAll('.figures')[1].capture)");
    assertThat(browser.text("return document.querySelectorAll('.figures')[1].innerText")).contains("vm_refcnt: not recorded.");
    assertThat(browser.run("return [...new Set(document.querySelectorAll('.figures')[1].capture.model.vmas.kind)]")).as("no free is recorded").isEqualTo(List.of(0L));
    assertThat(browser.console()).isEmpty();
  }
}
