package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.record.FormatField;

/**
 * How the ring buffer's pages are laid out, from the text that the kernel gives in {@code events/header_page}:
 *
 * <pre>
 * 	field: u64 timestamp;	offset:0;	size:8;	signed:0;
 * 	field: local_t commit;	offset:8;	size:8;	signed:1;
 * 	field: int overwrite;	offset:8;	size:1;	signed:1;
 * 	field: char data;	offset:16;	size:4080;	signed:0;
 * </pre>
 *
 * @param commitSize the size of the kernel's long, 4 or 8 bytes
 * @param dataOffset where the first event is
 * @param pageBytes a whole page; with {@code buffer_subbuf_size_kb} more than one of the machine's
 */
record PageLayout(int timeOffset, int commitOffset, int commitSize, int dataOffset, int pageBytes) {
  /** 128 pages of 64 KiB: kernel/trace/trace.c buffer_subbuf_size_write(). */
  static final int MOST_BYTES = 8 << 20;

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException when it does not say what is needed, or says what cannot be
   */
  static PageLayout parse(String headerPage) {
    FormatField timestamp = field(headerPage, "timestamp");
    FormatField commit = field(headerPage, "commit");
    FormatField data = field(headerPage, "data");
    if (timestamp.size() != Long.BYTES || commit.size() != Integer.BYTES && commit.size() != Long.BYTES) {
      throw new IllegalArgumentException("header_page has a timestamp of %d and a commit of %d bytes".formatted(timestamp.size(), commit.size()));
    }
    return new PageLayout(timestamp.offset(), commit.offset(), commit.size(), data.offset(), 0)
        .withPageBytes((long) data.offset() + data.size());
  }

  private static FormatField field(String headerPage, String name) {
    return headerPage
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("field"))
        .map(FormatField::parse)
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("header_page does not say where %s is".formatted(name)));
  }

  /**
   * The same for pages of another size.
   *
   * @throws IllegalArgumentException when no page can have it
   */
  PageLayout withPageBytes(long bytes) {
    boolean fits = timeOffset + Long.BYTES <= dataOffset && commitOffset + commitSize <= dataOffset;
    if (!fits || bytes <= dataOffset || bytes > MOST_BYTES) {
      throw new IllegalArgumentException("ring-buffer pages of %d bytes with data at %d cannot be".formatted(bytes, dataOffset));
    }
    return new PageLayout(timeOffset, commitOffset, commitSize, dataOffset, (int) bytes);
  }

  /** Bytes of a page that hold events. */
  int dataBytes() {
    return pageBytes - dataOffset;
  }
}
