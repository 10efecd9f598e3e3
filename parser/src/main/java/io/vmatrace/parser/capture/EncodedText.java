package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are encoded: mails (RFC 2045, 6.7 and 6.8), whose lines look like a trace's and whose values are others, the system's journal
 * or the kernel's log in JSON, and UTF-16.
 */
final class EncodedText {
  private static final int LOOKED_AT = 64 << 10;
  private static final String HEADER = "content-transfer-encoding:";

  /** A field of every entry (systemd src/shared/logs-show.c output_json(), journalctl -o json). */
  private static final String JOURNAL = "\"__REALTIME_TIMESTAMP\"";

  /** Another one, in each form of the journal that has no braces. */
  private static final byte[] TRANSPORT = "_TRANSPORT".getBytes(StandardCharsets.US_ASCII);

  /** A = of a mail that is encoded. */
  private static final byte[] MARK = "=3D".getBytes(StandardCharsets.US_ASCII);

  /** How dmesg begins the log (util-linux sys-utils/dmesg.c, --json), its blanks left out. */
  private static final String DMESG = "{\"dmesg\":[";

  /** Before each record of a text sequence of JSON (RFC 7464). */
  private static final String RECORD = "\u001e{";

  /** So many pairs of bytes tell UTF-16, where so many in a hundred of them are of a letter of ASCII. */
  private static final int FEWEST_UNITS = 16;

  private static final int ASCII_OF_UTF16 = 90;

  private EncodedText() {}

  /** What an encoded text is and what to do, after "this is "; null when these first bytes are of none. */
  static @Nullable String of(byte[] bytes, int length) {
    int looked = Math.min(length, LOOKED_AT);
    if (!hasSigns(bytes, looked)) {
      return null;
    }
    String text = new String(bytes, 0, looked, StandardCharsets.ISO_8859_1);
    boolean json = text.startsWith("{") || text.startsWith(RECORD);
    if (json && text.contains("\"MESSAGE\"") && (text.contains(JOURNAL) || text.contains("\"_TRANSPORT\"")) || text.contains("MESSAGE=") && text.contains("_TRANSPORT=")) {
      return "the system's journal in %s: write it as text, with journalctl -k -o short-monotonic".formatted(json ? "JSON" : "its form for export");
    }
    if (json && text.lines().limit(2).map(String::strip).collect(Collectors.joining()).replace(" ", "").startsWith(DMESG)) {
      return "the kernel's log in JSON: write it as text, with dmesg alone";
    }
    int header = header(text);
    String encoding = header < 0 ? "" : text.substring(header + HEADER.length()).lines().findFirst().orElse("").strip().toLowerCase(Locale.ROOT);
    if (encoding.equals("base64")) {
      return "a mail in base64: decode it first, and hand over the text";
    }
    boolean encoded = encoding.equals("quoted-printable") ? marks(text.substring(header)) > 0 : text.contains("=3D") && isAllMarks(text);
    return encoded ? "a mail in quoted-printable, each = in it is =3D: decode it first, for example with python3 -m quopri -d, and hand over the text" : null;
  }

  /** Whether there is anything of which encoded texts are told: for most captures the answer is no, and found quickly. */
  private static boolean hasSigns(byte[] bytes, int length) {
    if (length > 0 && (bytes[0] == '{' || bytes[0] == RECORD.charAt(0))) {
      return true;
    }
    for (int i = 0; i < length; i = ByteScan.newline(bytes, i, length) + 1) {
      if ((bytes[i] | 0x20) == HEADER.charAt(0) && length - i >= HEADER.length() && (bytes[i + HEADER.length() - 1] == ':')) {
        return true;
      }
    }
    return ByteScan.contains(bytes, 0, length, MARK) || ByteScan.contains(bytes, 0, length, TRANSPORT);
  }

  /** UTF-16 by the name that iconv has for it, for bytes that begin with its mark, or of which every second one is zero; null for any others. */
  static @Nullable String utf16(byte[] head) {
    if (head.length > 1 && (head[0] & 0xff ^ head[1] & 0xff) == 1 && (head[0] & head[1] & 0xfe) == 0xfe) {
      return "UTF-16";
    }
    int[] zeros = new int[2];
    for (int i = 0; i < head.length; i++) {
      zeros[i & 1] += head[i] == 0 ? 1 : 0;
    }
    int half = head.length / 2;
    boolean wide = half >= FEWEST_UNITS && zeros[0] + zeros[1] >= half * ASCII_OF_UTF16 / 100;
    return wide && zeros[0] == 0 ? "UTF-16LE" : wide && zeros[1] == 0 ? "UTF-16BE" : null;
  }

  /** Where the line begins that names the encoding, in letters of either case; -1 where there is none. */
  private static int header(String text) {
    int line = 0;
    while (!text.regionMatches(true, line, HEADER, 0, HEADER.length())) {
      line = text.indexOf('\n', line) + 1;
      if (line == 0) {
        return -1;
      }
    }
    return line;
  }

  /** Whether each = of a text is of the encoding's own: then none is the text's. */
  private static boolean isAllMarks(String text) {
    return marks(text) == text.chars().filter(c -> c == '=').count();
  }

  /** How many = are followed by two hexadecimal digits as the encoding writes them, or by the end of the line. */
  private static long marks(String text) {
    long marks = 0;
    for (int i = text.indexOf('='); i >= 0; i = text.indexOf('=', i + 1)) {
      boolean soft = i + 1 == text.length() || text.charAt(i + 1) == '\n' || text.charAt(i + 1) == '\r';
      marks += soft || i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2)) ? 1 : 0;
    }
    return marks;
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
  }
}
