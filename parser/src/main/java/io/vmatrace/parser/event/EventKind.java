package io.vmatrace.parser.event;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the trace printed: one row per event that this project reads, with all that is known of the event. The rows are constants of
 * the families in {@code io.vmatrace.parser.event.specs}. A field that a line does not have is absent ({@link EventBatch#has}), never zero.
 */
public final class EventKind {
  /** An {@link EventBatch} has eight bits for the kind of an event. */
  static final int MOST_KINDS = 1 << Byte.SIZE;

  private static final EventKind[] KINDS = new EventKind[MOST_KINDS];
  private static final byte[] SLOTS = new byte[MOST_KINDS * Field.N];

  /** An event of a name that this project does not read; kept so that the order and the tasks of a CPU stay known. */
  public static final EventKind UNKNOWN = new EventKind();

  private final int ordinal;
  private final Source source;
  private final String kernelName;
  private final String eventName;
  private final String name;
  private final List<Field> fields;
  private final @Nullable EventRow row;
  private final int width;
  private final boolean ignored;
  private final int mandatory;
  private final Keys keys;
  private final NamedEvent named;

  private EventKind() {
    ordinal = 0;
    source = Source.MARKER;
    kernelName = "";
    eventName = "unknown";
    name = "UNKNOWN";
    fields = List.of();
    width = 0;
    row = null;
    ignored = false;
    mandatory = 0;
    keys = Keys.NONE;
    named = new NamedEvent(this, keys, false);
    enterTables();
  }

  EventKind(EventRow row) {
    ordinal = checkedOrdinal(row.family.nextOrdinal());
    source = row.source;
    kernelName = row.kernelName;
    eventName = source.eventName(kernelName);
    name = row.name.isEmpty() ? constantName(eventName) : row.name;
    fields = List.copyOf(row.fields);
    width = fields.size();
    this.row = row;
    ignored = row.isIgnored;
    mandatory = mask(row.mandatory);
    enterTables();
    keys = Keys.of(this);
    named = new NamedEvent(this, keys, false);
    row.family.add(this);
  }

  static int checkedOrdinal(int ordinal) {
    if (ordinal >= MOST_KINDS) {
      throw new IllegalStateException("more than %d kinds of events: EventBatch has eight bits for them".formatted(MOST_KINDS));
    }
    return ordinal;
  }

  private void enterTables() {
    KINDS[ordinal] = this;
    for (Field field : Field.values()) {
      SLOTS[ordinal * Field.N + field.ordinal()] = (byte) fields.indexOf(field);
    }
  }

  /** VMA_START_WRITE for __vma_start_write. */
  private static String constantName(String eventName) {
    StringBuilder name = new StringBuilder();
    boolean between = false;
    for (int i = 0; i < eventName.length(); i++) {
      char c = eventName.charAt(i);
      boolean part = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (part) {
        name.append(between && !name.isEmpty() ? "_" : "").append(c);
      }
      between = !part;
    }
    return name.toString().toUpperCase(Locale.ROOT);
  }

  /** The kind with this ordinal, of those whose families have been used. */
  public static EventKind of(int ordinal) {
    return KINDS[ordinal];
  }

  /** Its place among all kinds, the same in every run. */
  public int ordinal() {
    return ordinal;
  }

  /** The name of its constant. */
  public String name() {
    return name;
  }

  public Source source() {
    return source;
  }

  /** The tracepoint's, function's or system call's name, without decoration; empty for OTHER and UNKNOWN. */
  public String kernelName() {
    return kernelName;
  }

  /** The name of one event of this kind, the same whatever the capture: page_fault_user, sys_enter_mmap, vm_area_dup_ret. */
  public String eventName() {
    return eventName;
  }

  /** What a capture may print for it. */
  public List<String> spellings() {
    return source.spellings(kernelName);
  }

  /** The fields that an event of this kind may carry, in slot order. */
  public List<Field> fields() {
    return fields;
  }

  /** Those of them that a probe reads from the event's VMA. */
  public List<Field> sampled() {
    return row == null ? List.of() : row.sampled;
  }

  /** How many fields there are: slots are 0 to this, exclusive. */
  int width() {
    return width;
  }

  /** The slot of a field in an event of this kind, or -1 when the kind never has it. */
  public int slot(Field field) {
    return SLOTS[ordinal * Field.N + field.ordinal()];
  }

  /** The same for the kind with an ordinal: one look-up in one table. */
  static int slot(int ordinal, Field field) {
    return SLOTS[ordinal * Field.N + field.ordinal()];
  }

  private int mask(List<Field> of) {
    int mask = 0;
    for (Field field : of) {
      mask |= 1 << fields.indexOf(field);
    }
    return mask;
  }

  /** Bit per slot: values that an event of this kind must have to say what happened. */
  public int mandatory() {
    return mandatory;
  }

  /**
   * Whether an event of a function says what happened; the end of handle_mm_fault() is worth knowing without its result.
   *
   * @param present the slots that have values, as a mask
   */
  public boolean isComplete(int present) {
    return (present & mandatory) == mandatory || row != null && row.isWorthKnowingBare;
  }

  /** The keys under which its values are printed. */
  public Keys keys() {
    return keys;
  }

  /** This kind under its own name. */
  public NamedEvent named() {
    return named;
  }

  /** The keys under which it may carry a field, the usual one first; none where it stands without a key. */
  public List<String> spellings(Field field) {
    List<String> own = row == null ? null : row.spellings.get(field);
    List<String> all = own == null ? field.spellings() : own;
    boolean retIsNoVma = fields.contains(Field.RET) || source != Source.PROBE_RETURN;
    return field == Field.VMA && retIsNoVma ? all.stream().filter(key -> !key.equals("ret")).toList() : all;
  }

  /** How a value of it is written. */
  public ValueForm form(Field field) {
    ValueForm own = row == null ? null : row.forms.get(field);
    return own == null ? field.form() : own;
  }

  /** How its values are printed. */
  public ValueText text() {
    return row == null ? ValueText.KEYS : row.text;
  }

  /** Whether it is known and not used by the reconstruction. */
  public boolean isIgnored() {
    return ignored;
  }

  /** Whether a row says which arguments its function has, be it none. */
  boolean hasSignature() {
    return row != null && row.signature != null;
  }

  /**
   * What the first arguments of the function of a call or return are; null in the place of one that no event has.
   *
   * @param major first number of the kernel's release, 0 when it is not known
   */
  public @Nullable Field[] arguments(int major) {
    return row == null || row.signature == null ? new Field[0] : row.signature.arguments(major);
  }

  /**
   * The slot of the value that its function returns in an event of its return, or -1 when it returns none.
   *
   * @param major first number of the kernel's release, 0 when it is not known
   */
  public int returned(int major) {
    Field field = row == null || row.signature == null ? null : row.signature.returned(major);
    return field == null ? -1 : slot(field);
  }

  /** Whether its function returns something on some kernels only. */
  public boolean returnsSinceSomeRelease() {
    return row != null && row.signature != null && row.signature.returnsSince > 0;
  }

  /** The folder of a tracepoint, or of all of its group where a part of them is worth little, under events/; else empty. */
  public String folder() {
    return row == null ? "" : row.folder;
  }

  /** Whether a recording does without it unless a rule asks for it. */
  public boolean isOnDemand() {
    return row != null && row.isOnDemand;
  }

  /** The name of the tracepoint that was recorded too where this was seen; empty where there is none. */
  public String recordedWith() {
    return row == null ? "" : row.recordedWith;
  }

  /** Whether its absence proves that it was not recorded, on kernels of a design. */
  public boolean isCertain(Generation design) {
    return row != null && row.certain.contains(design);
  }

  /** What it shows, alone or with others. */
  public Set<Op> shows() {
    return row == null ? Set.of() : Set.copyOf(row.shows);
  }

  /** Why no op is shown by it; empty where one is. */
  public String nothingShown() {
    return row == null ? "it is not known" : row.nothingShown;
  }

  /** Why no probe of docs/CAPTURE.md makes it; empty where one does, and for what is no function. */
  public String nothingProbed() {
    return row == null ? "" : row.nothingProbed;
  }

  /** The lines for dynamic_events that make it: at most one for each design. */
  public List<Probe> probes() {
    return row == null ? List.of() : List.copyOf(row.probes);
  }

  /**
   * The line for dynamic_events that makes an event probe, with {@code {struct.member}} for the place of a member in its struct, in bytes; empty
   * for what is none.
   */
  public String eventProbe() {
    return row == null ? "" : row.eventProbe;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Where an event comes from, which decides how its name is spelled in a capture. */
  public enum Source {
    TRACEPOINT,
    /** {@code sys_NAME(…)} in kernel text, {@code sys_enter_NAME} in trace-cmd and perf. */
    SYSCALL_ENTER,
    /** {@code sys_NAME -> …} in kernel text, {@code sys_exit_NAME} in trace-cmd and perf. */
    SYSCALL_EXIT,
    /** A probe named after the function, or FUNCTION__entry. */
    PROBE_ENTRY,
    /** FUNCTION_ret, FUNCTION__exit or FUNCTION__return. */
    PROBE_RETURN,
    /** An event probe: at an event, it reads what lies behind the event's pointers (kernel/trace/trace_eprobe.c, 5.15 on). */
    EVENT_PROBE,
    /** Not an event of the kernel but something that the file says about its events. */
    MARKER;

    /** Whether it is there only where somebody has made it, in dynamic_events. */
    public boolean isProbe() {
      return this == PROBE_ENTRY || this == PROBE_RETURN || this == EVENT_PROBE;
    }

    String eventName(String name) {
      return switch (this) {
        case TRACEPOINT, PROBE_ENTRY, EVENT_PROBE, MARKER -> name;
        case SYSCALL_ENTER -> "sys_enter_" + (name.isEmpty() ? "other" : name);
        case SYSCALL_EXIT -> "sys_exit_" + (name.isEmpty() ? "other" : name);
        case PROBE_RETURN -> name + "_ret";
      };
    }

    private List<String> spellings(String name) {
      return switch (this) {
        case TRACEPOINT, EVENT_PROBE, MARKER -> List.of(name);
        case PROBE_ENTRY -> List.of(name, name + "__entry");
        case PROBE_RETURN -> List.of(name + "_ret", name + "__exit", name + "__return");
        case SYSCALL_ENTER -> List.of("sys_enter_" + name, "sys_" + name + "(");
        case SYSCALL_EXIT -> List.of("sys_exit_" + name, "sys_" + name + " ->");
      };
    }
  }
}
