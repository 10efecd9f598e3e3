package io.vmatrace.parser.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every bit trick against its plain twin, on random bytes, bytes near the borders and real digits. */
class ByteScanTest {
  private static final int ROUNDS = 200_000;
  private static final byte[] NEAR = {'0', '9', 'a', 'f', 'A', '/', ':', '`', 'g', ' ', '!', '\n', 0, 127, -128, -1, '.', 'd'};

  private final Random random = new Random(42);

  @Test
  void shouldFindNewlines() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(random.nextInt(40));
      int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      int found = IntStream.range(from, bytes.length).filter(i -> bytes[i] == '\n').findFirst().orElse(bytes.length);
      assertThat(ByteScan.newline(bytes, from, bytes.length)).isEqualTo(found);
      int last = IntStream.range(0, bytes.length).filter(i -> bytes[i] == '\n').map(i -> i + 1).max().orElse(0);
      assertThat(ByteScan.afterLastNewline(bytes, 0, bytes.length)).isEqualTo(last);
    }
  }

  @Test
  void shouldFindWords() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(random.nextInt(40));
      byte[] words = bytes(1 + random.nextInt(3));
      int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      int found = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(words, StandardCharsets.ISO_8859_1), from);
      assertThat(ByteScan.indexOf(bytes, from, bytes.length, words)).isEqualTo(found < 0 ? bytes.length : found);
      assertThat(ByteScan.contains(bytes, from, bytes.length, words)).isEqualTo(found >= 0);
    }
  }

  @Test
  void shouldReadDigits() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = round % 3 == 0 ? bytes(8) : "%08x".formatted(random.nextInt()).getBytes(StandardCharsets.US_ASCII);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(ByteScan.hexadecimal(word(bytes))).isEqualTo(text.matches("[0-9a-f]{8}") ? Long.parseLong(text, 16) : -1);
      assertThat(ByteScan.decimal(word(bytes))).isEqualTo(text.matches("[0-9]{8}") ? Long.parseLong(text) : -1);
    }
  }

  @Test
  void shouldTellMarks() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(8);
      String five = new String(bytes, 0, 5, StandardCharsets.ISO_8859_1);
      assertThat(ByteScan.isFiveMarks(word(bytes))).as(five).isEqualTo(five.matches("[!-\u007f&&[^:]]{5}"));
    }
  }

  @Test
  void shouldReadWords() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = bytes(8 + random.nextInt(8));
      int n = random.nextInt(9);
      int i = random.nextInt(bytes.length - n + 1);
      byte[] padded = new byte[8];
      System.arraycopy(bytes, i, padded, 0, n);
      assertThat(ByteScan.word(bytes, i, n)).isEqualTo(word(padded));
    }
  }

  private static long word(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] = random.nextInt(8) == 0 ? bytes[i] : NEAR[random.nextInt(NEAR.length)];
    }
    return bytes;
  }
}
