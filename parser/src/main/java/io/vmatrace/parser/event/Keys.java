package io.vmatrace.parser.event;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.bytes.ByteScan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The keys under which a kind's fields are printed: those of samples/ and of docs/CAPTURE.md. Keys are tried in the order in
 * which the last lines had them, so that a line of the usual shape costs one comparison a key.
 */
public final class Keys {
  private static final Map<Field, List<String>> NAMES = names();
  private static final Keys[] OF = of();

  /** The first eight bytes of each key, and the last eight: with the length they say all of it. */
  private final long[] heads;

  private final long[] tails;
  private final int[] lengths;
  private final byte[] slots;

  private final int mandatory;

  private Keys(List<byte[]> keys, List<Byte> slots, int mandatory) {
    int n = keys.size();
    heads = new long[n];
    tails = new long[n];
    lengths = new int[n];
    this.slots = new byte[n];
    for (int i = 0; i < n; i++) {
      byte[] key = keys.get(i);
      lengths[i] = key.length;
      heads[i] = head(key, 0, key.length);
      tails[i] = tail(key, 0, key.length);
      this.slots[i] = slots.get(i);
    }
    this.mandatory = mandatory;
  }

  /** Bit per slot: values that an event of this kind must have to say what happened. */
  public int mandatory() {
    return mandatory;
  }

  /** How many keys there are. */
  public int size() {
    return slots.length;
  }

  /** The slot of the i-th key. */
  public int slot(int i) {
    return slots[i];
  }

  /** Which key is written at [from, to), or -1; those from {@code hint} on are tried first. */
  public int find(byte[] b, int from, int to, int hint) {
    long head = head(b, from, to);
    long tail = tail(b, from, to);
    int n = slots.length;
    for (int tried = 0, i = hint; tried < n; tried++, i = i + 1 == n ? 0 : i + 1) {
      if (heads[i] == head && tails[i] == tail && lengths[i] == to - from) {
        return i;
      }
    }
    return -1;
  }

  private static long head(byte[] b, int from, int to) {
    return ByteScan.word(b, from, Math.min(to - from, Long.BYTES));
  }

  private static long tail(byte[] b, int from, int to) {
    return to - from <= Long.BYTES ? 0 : ByteScan.word(b, to - Long.BYTES);
  }

  public static Keys of(EventKind kind) {
    return OF[kind.ordinal()];
  }

  /** These keys and further names for fields of the same kind; a name that was another field's is now this one's. */
  Keys with(EventKind kind, Map<String, Field> further) {
    List<byte[]> keys = new ArrayList<>();
    List<Byte> slots = new ArrayList<>();
    further.forEach(
        (name, field) -> {
          keys.add(name.getBytes(StandardCharsets.UTF_8));
          slots.add((byte) kind.slot(field));
        });
    for (Field field : kind.fields()) {
      for (String name : spellings(kind, field)) {
        if (!further.containsKey(name)) {
          keys.add(name.getBytes(StandardCharsets.US_ASCII));
          slots.add((byte) kind.slot(field));
        }
      }
    }
    return new Keys(keys, slots, mandatory(kind));
  }

  private static Keys[] of() {
    EventKind[] kinds = EventKind.values();
    Keys[] all = new Keys[kinds.length];
    for (EventKind kind : kinds) {
      all[kind.ordinal()] = make(kind);
    }
    return all;
  }

  private static Keys make(EventKind kind) {
    return new Keys(List.of(), List.of(), mandatory(kind)).with(kind, Map.of());
  }

  /** The keys under which an event of this kind may carry a field, the usual one first; none where it stands without a key. */
  public static List<String> spellings(EventKind kind, Field field) {
    boolean ownRet = kind.slot(RET) >= 0 || kind.source() != EventKind.Source.PROBE_RETURN;
    return spelled(kind, field).stream().filter(name -> field != VMA || !ownRet || !name.equals("ret")).toList(); // ret is a return value of its own, or none
  }

  /** System calls have the names of their own arguments (SYSCALL_DEFINEn), also in the binary formats of syscalls/sys_enter_NAME. */
  private static List<String> spelled(EventKind kind, Field field) {
    if (kind == EventKind.EXIT_MMAP_EVENT) {
      return List.of("mt");
    }
    if (kind == EventKind.KMEM_CACHE_FREE) {
      return List.of("ptr");
    }
    if (kind.source() != EventKind.Source.SYSCALL_ENTER) {
      return NAMES.getOrDefault(field, List.of());
    }
    return switch (field) {
      case START -> List.of("addr", "start");
      case LENGTH -> List.of("len", "len_in", "old_len");
      case NEW_LENGTH -> List.of("new_len");
      case ADDRESS -> List.of(kind == EventKind.SYS_ENTER_BRK ? "brk" : "new_addr");
      case FLAGS -> List.of("flags", "behavior", "clone_flags");
      default -> List.of();
    };
  }

  private static int mandatory(EventKind kind) {
    List<Field> fields =
        switch (kind) {
          case MMAP_LOCK_START_LOCKING, MMAP_LOCK_RELEASED -> List.of(MM, WRITE);
          case MMAP_LOCK_ACQUIRE_RETURNED -> List.of(MM, WRITE, SUCCESS);
          case MA_WRITE -> List.of(START, END, VMA);
          case LOCK_VMA_UNDER_RCU, LOCK_NEXT_VMA -> List.of(MM, ADDRESS);
          case LOCK_VMA_UNDER_RCU_RET -> List.of(VMA, MM, ADDRESS);
          case HANDLE_MM_FAULT -> List.of(VMA, ADDRESS, FLAGS);
          case HANDLE_MM_FAULT_RET, VMF_ANON_PREPARE_RET, VMS_GATHER_MUNMAP_VMAS_RET -> List.of(RET);
          case VM_AREA_DUP_RET -> List.of(VMA, OTHER);
          case VMS_GATHER_MUNMAP_VMAS, VMS_COMPLETE_MUNMAP_VMAS -> List.of(START, END);
          case VMA_START_EXCLUDE_READERS -> List.of(); // that it exists tells the kernel's design; nothing else of it is used
          case DUP_MMAP, DUP_MMAP_RET, EXIT_MMAP -> List.of(MM);
          case SPLIT_VMA, MPROTECT_FIXUP, UNLINK_ANON_VMAS, EXPAND_DOWNWARDS -> List.of(VMA);
          default -> kind.fields().contains(VMA) && kind.source() != EventKind.Source.TRACEPOINT ? List.of(VMA) : List.of();
        };
    int mask = 0;
    for (Field field : fields) {
      mask |= 1 << kind.slot(field);
    }
    return mask;
  }

  private static Map<Field, List<String>> names() {
    Map<Field, List<String>> names = new EnumMap<>(Field.class);
    names.put(MM, List.of("mm", "vm_mm"));
    names.put(VMA, List.of("vma", "val", "ret"));
    names.put(START, List.of("start", "vm_start", "index"));
    names.put(END, List.of("end", "vm_end", "last"));
    names.put(LENGTH, List.of("len", "length"));
    names.put(ADDRESS, List.of("address", "addr", "at", "from", "from_addr"));
    names.put(FLAGS, List.of("flags", "fl", "error_code", "clone_flags"));
    names.put(RET, List.of("ret"));
    names.put(REFCNT, List.of("refcnt", "vm_refcnt"));
    names.put(LOCK_SEQ, List.of("lock_seq", "seq", "vseq", "vm_lock_seq"));
    names.put(MM_SEQ, List.of("mm_seq", "mmseq", "mm_lock_seq"));
    names.put(DETACHED, List.of("detached", "det"));
    names.put(RWSEM, List.of("rwsem", "rwaddr", "vm_lock"));
    names.put(RWSEM_COUNT, List.of("rwsem_count", "rw"));
    names.put(WRITE, List.of("write"));
    names.put(SUCCESS, List.of("success"));
    names.put(OTHER, List.of("orig", "insert", "oldmm"));
    names.put(REMOVE, List.of("remove"));
    names.put(LOCK, List.of("w", "lock_addr"));
    names.put(PID, List.of("pid", "child_pid", "next_pid"));
    names.put(FLAG, List.of("detaching", "new_below", "below", "group_dead"));
    return names;
  }
}
