package io.vmatrace.parser.input;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * How the files of a binary format begin.
 *
 * @param most as many bytes as {@code begin} wants to see; a shorter file has fewer
 * @param mayBegin whether a file with these first bytes, which are fewer, may be one; once it is none no more are waited for, because a text may
 *     come line by line
 * @param begin whether a file with these first bytes is one
 */
public record FirstBytes(int most, Predicate<byte[]> mayBegin, Predicate<byte[]> begin) {
  /** Those of a format whose files begin with one of these numbers, which are of one length. */
  public static FirstBytes of(byte[]... magics) {
    List<byte[]> all = List.of(magics);
    int length = magics[0].length;
    return new FirstBytes(
        length,
        head -> all.stream().anyMatch(magic -> Arrays.equals(head, 0, head.length, magic, 0, head.length)),
        head -> all.stream().anyMatch(magic -> Arrays.equals(head, magic)));
  }

  /** Whether an input begins so, of which nothing has been read. */
  public boolean areOf(Input input) throws CaptureException {
    for (int length = 1; length < most; length *= 2) {
      byte[] head = input.head(length);
      if (!mayBegin.test(head)) {
        return false;
      }
      if (head.length < length) {
        return begin.test(head);
      }
    }
    return begin.test(input.head(most));
  }
}
