package io.vmatrace.parser.capture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Files that are no trace in text but are often given as one: what they are, and what to do. */
enum ForeignFormat {
  PNG("a PNG picture, not a trace", 0x89, 'P', 'N', 'G'),
  ELF("an ELF program, not a trace", 0x7f, 'E', 'L', 'F'),
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
