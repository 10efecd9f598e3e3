package io.vmatrace.parser.capture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Files that people hand over and that are not a trace in text: what they are, and what to do. */
enum ForeignFormat {
  TRACE_DAT("a trace.dat of trace-cmd: turn it into text with `trace-cmd report -R -t`, or record with the kernel's own `trace` file", 0x17, 0x08, 0x44),
  PERF_DATA("a perf.data: this version reads the kernel's own trace text; record with the kernel's `trace` file", "PERFILE2"),
  PERF_DATA_SWAPPED("a perf.data of the other byte order: this version reads the kernel's own trace text", "2ELIFREP"),
  PNG("a PNG picture, not a trace", 0x89, 'P', 'N', 'G'),
  ELF("an ELF program, not a trace", 0x7f, 'E', 'L', 'F'),
  ZIP("a zip archive: unpack it and hand over the trace inside", 'P', 'K', 3, 4),
  PDF("a PDF, not a trace", "%PDF"),
  HTML("an HTML page, not a trace", "<!DOCTYPE"),
  HTML_TOO("an HTML page, not a trace", "<html");

  private final String text;
  private final byte[] magic;

  ForeignFormat(String text, int... magic) {
    this.text = text;
    this.magic = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      this.magic[i] = (byte) magic[i];
    }
  }

  ForeignFormat(String text, String magic) {
    this.text = text;
    this.magic = magic.getBytes(StandardCharsets.US_ASCII);
  }

  /** What the file is and what to do, after "this is ". */
  String text() {
    return text;
  }

  static Optional<ForeignFormat> sniff(byte[] bytes, int length) {
    for (ForeignFormat format : values()) {
      if (length >= format.magic.length && Arrays.equals(bytes, 0, format.magic.length, format.magic, 0, format.magic.length)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
