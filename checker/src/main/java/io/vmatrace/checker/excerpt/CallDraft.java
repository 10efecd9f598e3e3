package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A call under way, as far as the capture has shown it. */
final class CallDraft {
  private static final long PAGE = 4096;

  /** MADV_DONTNEED: include/uapi/asm-generic/mman-common.h. */
  private static final long MADV_DONTNEED = 4;

  private final int pid;
  private final long begin;
  private long last;
  private final @Nullable SystemCall call;
  private final Set<Op> seen = EnumSet.noneOf(Op.class);
  private @Nullable MmState mm;
  private @Nullable MmState child;
  private @Nullable PageRange gathered;
  private @Nullable PageRange stored;
  private @Nullable PageRange filled;
  private @Nullable PageRange prepared;
  private @Nullable PageRange changed;
  private @Nullable PageRange locked;
  private @Nullable VmaState fresh;
  private long address = -1;
  private boolean write;
  private boolean user;
  private boolean over;
  private boolean splitting;

  CallDraft(int pid, long begin, @Nullable SystemCall call) {
    this.pid = pid;
    this.begin = begin;
    last = begin;
    this.call = call;
  }

  boolean isSystemCall() {
    return call != null;
  }

  /** Whether it is a fault or a look-up that is not served yet. */
  boolean isLookingUp() {
    return address >= 0 && !over;
  }

  /** Whether nothing more of it is to come. */
  boolean isOver() {
    return over;
  }

  void end() {
    over = true;
  }

  /** The next step of its task that belongs to it. */
  void see(Step step) {
    last = step.moment().time();
    seen.add(step.op());
    MmState of = step.mm();
    mm = mm == null ? of : mm;
    VmaState vma = step.vma();
    switch (step.op()) {
      case PAGE_FAULT -> {
        address = step.address();
        user = step.isUserFault();
        write = step.isForWriting();
      }
      case LOCK_VMA_UNDER_RCU -> address = address < 0 ? step.address() : address;
      case HANDLE_MM_FAULT_RET -> over |= call == null && (step.ret() & FaultFlags.VM_FAULT_RETRY) == 0;
      case MMAP_WRITE_LOCK -> child = of != mm ? of : child;
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> over |= call == null && of == mm;
      case VMS_GATHER_MUNMAP_VMAS -> gathered = step.range();
      case VMA_START_WRITE, VMA_START_WRITE_RET -> locked = sampled(step) == null ? locked : sampled(step);
      case SPLIT_VMA -> splitting = true;
      case VMA_PREPARE -> prepared = sampled(step);
      case VMA_COMPLETE -> {
        splitting = false;
        changed = sampled(step) == null ? changed : sampled(step);
      }
      case VM_AREA_ALLOC -> fresh = vma;
      case VM_AREA_DUP -> fresh = splitting ? fresh : vma;
      case MAS_STORE -> {
        stored = vma != null && vma == fresh ? step.range() : stored;
        filled = vma != null && !splitting ? step.range() : filled;
      }
      case CHANGE_FLAGS, CHANGE_POLICY, USERFAULTFD_SET_CTX -> changed = sampled(step);
      default -> {
        // nothing that tells which call it is
      }
    }
  }

  private static @Nullable PageRange sampled(Step step) {
    return step.sample().hasRange() ? new PageRange(step.sample().start(), step.sample().end() - 1) : null;
  }

  private boolean has(Op op) {
    return seen.contains(op);
  }

  private boolean is(SystemCall.Kind kind) {
    return call != null && call.kind() == kind;
  }

  private @Nullable PageRange arguments() {
    return call == null || call.length() == 0 ? null : new PageRange(call.start() & -PAGE, (call.start() + call.length() - 1) | PAGE - 1);
  }

  /** Whether it is of the protocol at all. */
  boolean isOfTheProtocol() {
    return call != null && call.kind() != SystemCall.Kind.OTHER || seen.stream().anyMatch(op -> op != Op.SYSCALL_ENTER && op != Op.SYSCALL_EXIT && op != Op.TASK_SLEEPS && op != Op.TASK_DIES && op != Op.CONTENTION_BEGIN);
  }

  CapturedCall build() {
    String program = program();
    PageRange range = range(program);
    long to = program.equals("mremap") && stored != null ? stored.first() : 0;
    return new CapturedCall(pid, program, what(program, range), mm, program.equals("fork") ? child : null, range, to, program.equals("mprotect") ? merge(range) : null, begin, over ? last : Long.MAX_VALUE);
  }

  /** What the step table calls it; empty where it has no such program, or the capture does not show enough. */
  private String program() {
    if (has(Op.EXIT_MMAP)) {
      return "exit";
    }
    if (has(Op.DUP_MMAP) || child != null && has(Op.VM_AREA_DUP)) {
      return "fork";
    }
    if (has(Op.EXPAND_DOWNWARDS) && address >= 0) {
      return "stack_fault";
    }
    if (address >= 0 && call == null) {
      return !user && has(Op.PAGE_FAULT) ? "" : write ? "write_fault" : "fault";
    }
    if (gathered != null || is(SystemCall.Kind.MUNMAP)) {
      return has(Op.MOVE_PAGE_TABLES) || is(SystemCall.Kind.MREMAP) ? "mremap" : gathered != null && stored != null && stored.overlaps(gathered) ? "mmap_fixed" : "munmap";
    }
    return ofOneVma();
  }

  private String ofOneVma() {
    if (is(SystemCall.Kind.MPROTECT) || has(Op.CHANGE_FLAGS)) {
      return "mprotect";
    }
    if (has(Op.CHANGE_POLICY)) {
      return "mbind";
    }
    if (has(Op.USERFAULTFD_SET_CTX)) {
      return "uffd_register";
    }
    if (is(SystemCall.Kind.MADVISE)) {
      return Objects.requireNonNull(call, "it is one").flags() == MADV_DONTNEED ? "madvise_dontneed" : "";
    }
    if (has(Op.MM_DROP_ALL_LOCKS)) {
      return "take_all_locks";
    }
    if (has(Op.LOCK_NEXT_VMA) || has(Op.PROCMAP_QUERY)) {
      return "maps";
    }
    if (made() != null) {
      return "mmap";
    }
    return grown() != null ? "brk" : locked != null && (call == null || is(SystemCall.Kind.OTHER)) ? "mbind" : "";
  }

  /** Whether it is taken for a program that does no more than what was seen of it: it write-locks a VMA. */
  private boolean isGuessed(String program) {
    return program.equals("mbind") && !has(Op.CHANGE_POLICY);
  }

  private CapturedCall.@Nullable Merge merge(@Nullable PageRange range) {
    boolean grows = grown() != null && prepared != null && range != null && prepared.last() + 1 == range.first();
    return grows && prepared != null ? new CapturedCall.Merge(prepared, has(Op.ANON_VMA_CLONE)) : null;
  }

  /** The range of a new VMA; where no event shows which VMAs are new, what mmap() stores. */
  private @Nullable PageRange made() {
    return stored == null && is(SystemCall.Kind.MMAP) && !has(Op.VM_AREA_ALLOC) && prepared == null ? filled : stored;
  }

  /** What a VMA has more behind it than before, or null. */
  private @Nullable PageRange grown() {
    return prepared != null && changed != null && changed.first() == prepared.first() && changed.last() > prepared.last() ? new PageRange(prepared.last() + 1, changed.last()) : null;
  }

  private @Nullable PageRange range(String program) {
    return switch (program) {
      case "fault", "write_fault", "stack_fault" -> new PageRange(address & -PAGE, address | PAGE - 1);
      case "munmap", "mremap" -> gathered != null && gathered.first() <= gathered.last() ? gathered : arguments();
      case "mmap_fixed" -> stored;
      case "mmap" -> made();
      case "brk" -> grown();
      case "fork", "exit", "maps", "" -> null;
      default -> isGuessed(program) ? locked : arguments() != null ? arguments() : changed;
    };
  }

  private String what(String program, @Nullable PageRange range) {
    String at = range == null ? "" : " of " + range;
    if (address >= 0 && call == null) {
      return "%s at 0x%x".formatted(has(Op.PAGE_FAULT) ? user ? "a page fault" : "a page fault of kernel mode" : "a look-up", address);
    }
    if (call != null && call.kind() != SystemCall.Kind.OTHER) {
      return call.kind().name().toLowerCase(Locale.ROOT) + "()" + (at.isEmpty() && arguments() != null ? " of " + arguments() : at);
    }
    if (isGuessed(program)) {
      return "a write section that locks the VMA" + at;
    }
    if (!program.isEmpty()) {
      return program + at;
    }
    return has(Op.MMAP_WRITE_LOCK) ? "a write section of which no program is known" : has(Op.MMAP_READ_LOCK) ? "something under the mmap_lock held for reading" : "something of which no program is known";
  }
}
