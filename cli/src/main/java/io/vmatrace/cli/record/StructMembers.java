package io.vmatrace.cli.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of some of the running kernel's structs are, as its BTF says (Documentation/bpf/btf.rst, include/uapi/linux/btf.h): they
 * move with the configuration. Members of unnamed structs inside of a struct count as its own.
 */
final class StructMembers {
  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;
  private static final int TYPE = 12;
  private static final int MEMBER = 12;

  private static final int KIND_STRUCT = 4;
  private static final int KIND_UNION = 5;

  /** Bytes behind the head of a type of each kind, from BTF_KIND_UNKN to BTF_KIND_ENUM64: {fixed, for each of its vlen parts}. */
  private static final int[][] BEHIND = {
    {0, 0}, {4, 0}, {0, 0}, {12, 0}, {0, MEMBER}, {0, MEMBER}, {0, 8}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 8}, {4, 0}, {0, 12}, {0, 0}, {4, 0}, {0, 0}, {0, 12},
  };

  private final ByteBuffer btf;
  private final int strings;

  /** Where the types of unnamed structs and unions begin, by their numbers, which count from 1. */
  private final Map<Integer, Integer> unnamed = new HashMap<>();
  private final Map<String, Integer> bytes = new HashMap<>();

  private StructMembers(byte[] all) {
    btf = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    strings = btf.getInt(4) + btf.getInt(16);
  }

  /** The places of the members of structs, in bytes, by {@code struct.member}; empty where this kernel has no BTF that can be read. */
  static Map<String, Integer> of(Set<String> structs) {
    try {
      return Files.isReadable(BTF) ? read(Files.readAllBytes(BTF), structs) : Map.of();
    } catch (IOException _) {
      return Map.of(); // as on a kernel without
    }
  }

  /**
   * The same of other bytes.
   *
   * @throws IOException when they are no BTF that this program can read
   */
  static Map<String, Integer> read(byte[] btf, Set<String> structs) throws IOException {
    try {
      if (btf.length < HEADER || ByteBuffer.wrap(btf).order(ByteOrder.LITTLE_ENDIAN).getShort(0) != (short) MAGIC) {
        throw new IOException("no BTF of a little-endian kernel");
      }
      StructMembers members = new StructMembers(btf);
      members.read(structs);
      return Map.copyOf(members.bytes);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("the kernel's BTF ends within a type", e);
    }
  }

  private void read(Set<String> structs) throws IOException {
    Map<String, Integer> wanted = new HashMap<>();
    int end = btf.getInt(4) + btf.getInt(8) + btf.getInt(12);
    int number = 1;
    for (int at = btf.getInt(4) + btf.getInt(8); at < end; at = next(at)) {
      if (kind(at) == KIND_STRUCT || kind(at) == KIND_UNION) {
        String name = string(btf.getInt(at));
        if (name.isEmpty()) {
          unnamed.put(number, at);
        } else if (structs.contains(name) && kind(at) == KIND_STRUCT) {
          wanted.putIfAbsent(name, at);
        }
      }
      number++;
    }
    for (Map.Entry<String, Integer> struct : wanted.entrySet()) {
      members(struct.getKey(), struct.getValue(), 0);
    }
  }

  private void members(String struct, int at, int bits) {
    boolean withBitfields = btf.getInt(at + 4) < 0;
    for (int member = at + TYPE, i = 0; i < parts(at); i++, member += MEMBER) {
      int offset = btf.getInt(member + 8);
      int place = bits + (withBitfields ? offset & 0xffffff : offset);
      String name = string(btf.getInt(member));
      @Nullable Integer inner = unnamed.get(btf.getInt(member + 4));
      if (name.isEmpty() && inner != null) {
        members(struct, inner, place);
      } else if (place % Byte.SIZE == 0) {
        bytes.put(struct + "." + name, place / Byte.SIZE);
      }
    }
  }

  private int kind(int at) {
    return btf.getInt(at + 4) >>> 24 & 0x1f;
  }

  private int parts(int at) {
    return btf.getInt(at + 4) & 0xffff;
  }

  private int next(int at) throws IOException {
    if (kind(at) >= BEHIND.length) {
      throw new IOException("the kernel's BTF has a type of kind %d, which this program does not know".formatted(kind(at)));
    }
    int[] behind = BEHIND[kind(at)];
    return at + TYPE + behind[0] + behind[1] * parts(at);
  }

  private String string(int offset) {
    int end = strings + offset;
    while (btf.get(end) != 0) {
      end++;
    }
    return new String(btf.array(), strings + offset, end - strings - offset, StandardCharsets.US_ASCII);
  }
}
