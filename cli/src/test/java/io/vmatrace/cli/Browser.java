package io.vmatrace.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a window: Debian's packages chromium and chromium-driver. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ChromeDriver driver;

  /** Opens one, or skips the test where there is none. */
  Browser() {
    assumeTrue(Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER), "no chromium and chromium-driver: apt-get install chromium chromium-driver");
    Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE); // it has no DevTools of the newest version, which are not used
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars");
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options);
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
  }

  /** Opens a page that is so many CSS pixels wide, with the colours that the system asks for: light or dark. */
  Browser open(Path page, int width, String colours) {
    driver.manage().logs().get(LogType.PERFORMANCE);
    driver.manage().logs().get(LogType.BROWSER);
    driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
    driver.get(page.toUri().toString());
    return this;
  }

  /** Runs a script and has what it returns. */
  @Nullable Object run(String script) {
    try {
      return driver.executeScript(script);
    } catch (JavascriptException e) {
      throw new AssertionError(script, e);
    }
  }

  String text(String script) {
    return String.valueOf(run(script));
  }

  long number(String script) {
    return ((Number) Objects.requireNonNull(run(script), script)).longValue();
  }

  /** Waits until a script returns true. */
  void await(String script) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Boolean.TRUE.equals(run(script))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(script);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** What has been printed on the console since the page was opened, but for advice to a test that reads canvases. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(LogEntry::getMessage).filter(message -> !message.contains("willReadFrequently")).toList();
  }

  /** How often something was asked for since the page was opened, the page itself counted; not what is in the page. */
  long requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream().map(LogEntry::getMessage)
        .filter(entry -> entry.contains("\"Network.requestWillBeSent\"") && !entry.contains("\"url\":\"data:"))
        .count();
  }

  /** What axe-core finds that is serious or critical: the rule and where. */
  @Nullable Object inaccessible() {
    try (InputStream in = Browser.class.getResourceAsStream(AXE)) {
      run(new String(Objects.requireNonNull(in, AXE).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return driver.executeAsyncScript(
        """
        const done = arguments[0];
        axe.run().then(found => done(found.violations.filter(of => ["serious", "critical"].includes(of.impact))
            .map(of => of.id + ": " + of.nodes.slice(0, 5).map(node => node.target.join(" ") + " " + node.any.map(any => any.message).join(" ")).join("; "))));
        """);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
