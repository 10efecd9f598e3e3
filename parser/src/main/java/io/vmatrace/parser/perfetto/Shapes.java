package io.vmatrace.parser.perfetto;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.perfetto.Contents.Described;
import io.vmatrace.parser.perfetto.Contents.DescribedField;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.FormatField;
import io.vmatrace.parser.record.RecordDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The formats of the records that {@link EventReader} makes, one for each event and combination of values that came. */
final class Shapes {
  /** A common_type has 16 bits. */
  private static final int MOST = 60_000;

  /** The type of all events behind that. */
  private static final int TOO_MANY = MOST;

  /** FieldDescriptorProto.Type. */
  private static final int TYPE_INT64 = 3;

  private static final int TYPE_INT32 = 5;
  private static final int TYPE_BOOL = 8;
  private static final int TYPE_UINT32 = 13;
  private static final int TYPE_ENUM = 14;

  private static final int GENERIC_INT = 4;
  private static final String ADDRESS = "u64";

  /**
   * Fields of type {@code void *}, of the events that are read here. Perfetto writes of their values when it met them first since it read
   * the kernel's buffers last, NULL too, so that nobody learns where the kernel lies (cpu_reader.h ReadSymbolAddr(), ftrace_metadata.h
   * Clear()). Pointers of other types are as they are.
   */
  private static final Set<String> STAND_INS =
      Set.of(
          "ma_write val",
          "ma_write node",
          "ma_read node",
          "ma_op node",
          "contention_begin lock_addr",
          "contention_end lock_addr",
          "contended_release lock_addr");

  private final Contents contents;
  final RecordDecoder decoder;
  private byte[][] signatures = new byte[64][];
  private int[] types = new int[64];
  private int used;

  Shapes(Contents contents, EventNames names) {
    this.contents = contents;
    decoder = new RecordDecoder(Numbers.LITTLE_ENDIAN, names);
  }

  /** The common_type of the event that a reader has in hand. */
  int type(EventReader of) {
    int slot = find(of.signature, of.signatureEnd);
    if (signatures[slot] != null) {
      return types[slot];
    }
    if (used == MOST) {
      decoder.add(new EventFormat("", "an event of too many kinds", TOO_MANY, List.of(), List.of()));
      return TOO_MANY;
    }
    if (used * 2 >= signatures.length) {
      grow();
      slot = find(of.signature, of.signatureEnd);
    }
    signatures[slot] = Arrays.copyOf(of.signature, of.signatureEnd);
    types[slot] = used;
    decoder.add(format(of, used));
    return used++;
  }

  private int find(byte[] signature, int length) {
    int mask = signatures.length - 1;
    int hash = EventNames.hash(signature, 0, length);
    int slot = (hash ^ hash >>> 15) & mask;
    while (signatures[slot] != null && !Arrays.equals(signatures[slot], 0, signatures[slot].length, signature, 0, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    byte[][] oldSignatures = signatures;
    int[] oldTypes = types;
    signatures = new byte[oldSignatures.length * 2][];
    types = new int[oldTypes.length * 2];
    for (int i = 0; i < oldSignatures.length; i++) {
      if (oldSignatures[i] != null) {
        int slot = find(oldSignatures[i], oldSignatures[i].length);
        signatures[slot] = oldSignatures[i];
        types[slot] = oldTypes[i];
      }
    }
  }

  private EventFormat format(EventReader of, int type) {
    Described described = contents.described.get(of.event);
    FtraceMessages.Typed typed = FtraceMessages.of(of.event);
    List<FormatField> fields = new ArrayList<>();
    int at = EventReader.COMMON_BYTES;
    for (int i = 0; i < of.values; ) {
      int same = i + 1;
      while (same < of.values && of.event != FtraceMessages.GENERIC && of.fields[same] == of.fields[i] && !of.isText(same)) {
        same++;
      }
      FormatField field = of.isText(i) ? text(of, described, typed, i, at) : number(of, described, typed, i, at);
      int count = of.isText(i) ? 1 : same - i;
      fields.add(count == 1 ? field : new FormatField(field.name(), "unsigned long", at, count * Long.BYTES, false, FormatField.Shape.ARRAY));
      at += count * field.size();
      i += count;
    }
    return new EventFormat(described == null ? "" : described.system(), name(of, described, typed), type, List.of(), List.copyOf(fields));
  }

  private static String name(EventReader of, @Nullable Described described, FtraceMessages.@Nullable Typed typed) {
    if (of.event == FtraceMessages.GENERIC || of.event == FtraceMessages.KPROBE) {
      return of.text(of.nameFrom, of.nameTo) + (of.isReturn ? "_ret" : "");
    }
    return described != null ? described.name() : typed != null ? typed.name() : "ftrace event " + of.event;
  }

  private static FormatField text(EventReader of, @Nullable Described described, FtraceMessages.@Nullable Typed typed, int i, int at) {
    return new FormatField(key(of, described, typed, i), "__data_loc char[]", at, Integer.BYTES, false, FormatField.Shape.DATA_LOC);
  }

  private static FormatField number(EventReader of, @Nullable Described described, FtraceMessages.@Nullable Typed typed, int i, int at) {
    String key = key(of, described, typed, i);
    boolean standsIn = STAND_INS.contains(name(of, described, typed) + " " + key);
    FormatField.Shape shape = standsIn ? FormatField.Shape.STAND_IN : FormatField.Shape.NUMBER;
    return new FormatField(key, type(of, described, typed, i), at, Long.BYTES, true, shape);
  }

  /** What a value is called. */
  private static String key(EventReader of, @Nullable Described described, FtraceMessages.@Nullable Typed typed, int i) {
    if (of.event == FtraceMessages.GENERIC) {
      return of.text(of.nameFroms[i], of.nameTos[i]);
    }
    DescribedField field = described == null ? null : described.fields().get(of.fields[i]);
    if (field != null) {
      return field.name();
    }
    String mine = described == null ? mine(typed, of.fields[i]) : null;
    return mine == null ? "#" + of.fields[i] : mine.substring(0, mine.indexOf(':') < 0 ? mine.length() : mine.indexOf(':'));
  }

  private static @Nullable String mine(FtraceMessages.@Nullable Typed typed, int field) {
    return typed == null || field > typed.fields().size() ? null : typed.fields().get(field - 1);
  }

  /** Its type as a format of the kernel's would have it: what has no sign and 64 bits is shown as an address. */
  private static String type(EventReader of, @Nullable Described described, FtraceMessages.@Nullable Typed typed, int i) {
    if (of.event == FtraceMessages.GENERIC) {
      return of.fields[i] == GENERIC_INT ? "s64" : ADDRESS;
    }
    if (described != null) {
      DescribedField field = described.fields().get(of.fields[i]);
      return switch (field == null ? TYPE_INT64 : field.type()) {
        case TYPE_INT64, TYPE_INT32, TYPE_ENUM -> "s64";
        case TYPE_UINT32 -> "u32";
        case TYPE_BOOL -> "bool";
        default -> ADDRESS;
      };
    }
    String mine = mine(typed, of.fields[i]);
    return mine != null && mine.endsWith(":x") ? ADDRESS : "s64";
  }
}
