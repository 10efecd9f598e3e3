package io.vmatrace.checker.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** What every page has: style, scripts, and the policy by which a browser runs these and nothing else, and asks nobody for anything. */
final class PageParts {
  /** The WebJar's folder; its version is the one of the pom. */
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

  /** In the order in which each needs those before it. */
  private static final List<String> SCRIPTS =
      List.of("kinds.js", "decode.js", "model.js", "words.js", "chart.js", "tracks.js", "space.js", "counters.js", "heat.js", "findings.js", "capture.js", "page.js");

  private static final String STYLE = read(UPLOT + "dist/uPlot.min.css") + read("/html/page.css");

  private static final String SCRIPT = script();

  private PageParts() {}

  /** All that comes before the page's content. */
  static String begin(String title) {
    Markup head = new Markup();
    head.element("title", title);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        %s
        <style>%s</style>
        </head>
        <body>
        """.formatted(hash(SCRIPT), hash(STYLE), head, STYLE);
  }

  /** All that comes after it. */
  static String end() {
    return "<script>" + SCRIPT + "</script>\n</body>\n</html>\n";
  }

  private static String script() {
    String own = SCRIPTS.stream().map(name -> read("/html/" + name)).collect(Collectors.joining("\n"));
    return "%s\n/*\n%s*/\n(() => {\n\"use strict\";\n%s})();\n".formatted(read(UPLOT + "dist/uPlot.iife.min.js"), read(UPLOT + "LICENSE"), own);
  }

  /** What the policy calls a script or a style that may be used: CSP Level 3, 2.3.1. */
  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String read(String name) {
    try (InputStream in = PageParts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
