package io.vmatrace.parser.tracedat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** How many events pages hold, of this machine's ring buffers: what their lengths say, and no more is looked at ({@link PageDecoder}). */
public final class EventCount {
  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final int TYPE_BITS = 5;
  private static final int DELTA_BITS = 27;
  private static final boolean IS_BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

  private final PageLayout layout;

  private EventCount(PageLayout layout) {
    this.layout = layout;
  }

  /**
   * For pages of a layout.
   *
   * @param headerPage the text of {@code events/header_page}
   * @throws IllegalArgumentException when it does not say what is needed
   */
  public static EventCount of(String headerPage) {
    return new EventCount(PageLayout.parse(headerPage));
  }

  /** How many bytes a page has. */
  public int pageBytes() {
    return layout.pageBytes();
  }

  /** How many events there are in so many bytes of pages; one that goes beyond its page ends the count of that. */
  public long of(byte[] pages, int bytes) {
    long count = 0;
    for (int page = 0; page + layout.pageBytes() <= bytes; page += layout.pageBytes()) {
      count += ofPage(pages, page);
    }
    return count;
  }

  private int ofPage(byte[] b, int page) {
    int commitAt = page + layout.commitOffset() + (IS_BIG_ENDIAN ? layout.commitSize() - Integer.BYTES : 0);
    int at = page + layout.dataOffset();
    int end = Math.min(page + layout.pageBytes(), at + ((int) INT.get(b, commitAt) & PageDecoder.COMMIT_MASK));
    int count = 0;
    while (at + Integer.BYTES <= end) {
      int word = (int) INT.get(b, at);
      int type = IS_BIG_ENDIAN ? word >>> DELTA_BITS : word & ((1 << TYPE_BITS) - 1);
      boolean isLengthBehind = type == 0 || type == PageDecoder.PADDING;
      if (isLengthBehind && at + 2 * Integer.BYTES > end || type == PageDecoder.PADDING && (IS_BIG_ENDIAN ? word & PageDecoder.COMMIT_MASK : word >>> TYPE_BITS) == 0) {
        return count; // the rest of the page
      }
      int length = isLengthBehind ? ((int) INT.get(b, at + Integer.BYTES) + 3) & ~3 : type <= PageDecoder.DATA_TYPE_LEN_MAX ? Integer.BYTES * type : Integer.BYTES;
      if (length < 0 || length > end - at - Integer.BYTES) {
        return count;
      }
      count += type <= PageDecoder.DATA_TYPE_LEN_MAX ? 1 : 0;
      at += Integer.BYTES + length;
    }
    return count;
  }
}
