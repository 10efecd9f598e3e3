package io.vmatrace.parser.record;

/** The column of flags: kernel/trace/trace_output.c trace_print_lat_fmt(), include/linux/trace_events.h enum trace_flag_type (6.18). */
final class ContextFlags {
  private static final int IRQS_OFF = 0x01;
  private static final int NEED_RESCHED_LAZY = 0x02;
  private static final int NEED_RESCHED = 0x04;
  private static final int HARDIRQ = 0x08;
  private static final int SOFTIRQ = 0x10;
  private static final int PREEMPT_RESCHED = 0x20;
  private static final int NMI = 0x40;
  private static final int BH_OFF = 0x80;

  private ContextFlags() {}

  /** Interrupts, rescheduling, context, preemption depth, and migration depth where it is not 0. */
  static String text(byte flags, byte preemptCount) {
    String migrate = (preemptCount & 0xf0) == 0 ? "" : depth(preemptCount >> 4);
    return "" + interrupts(flags) + rescheduling(flags) + context(flags) + depth(preemptCount) + migrate;
  }

  private static char interrupts(int flags) {
    return switch (flags & (IRQS_OFF | BH_OFF)) {
      case IRQS_OFF | BH_OFF -> 'D';
      case IRQS_OFF -> 'd';
      case BH_OFF -> 'b';
      default -> '.';
    };
  }

  private static char rescheduling(int flags) {
    return switch (flags & (NEED_RESCHED | NEED_RESCHED_LAZY | PREEMPT_RESCHED)) {
      case NEED_RESCHED | NEED_RESCHED_LAZY | PREEMPT_RESCHED -> 'B';
      case NEED_RESCHED | PREEMPT_RESCHED -> 'N';
      case NEED_RESCHED_LAZY | PREEMPT_RESCHED -> 'L';
      case NEED_RESCHED | NEED_RESCHED_LAZY -> 'b';
      case NEED_RESCHED -> 'n';
      case NEED_RESCHED_LAZY -> 'l';
      case PREEMPT_RESCHED -> 'p';
      default -> '.';
    };
  }

  private static char context(int flags) {
    if ((flags & NMI) != 0) {
      return (flags & HARDIRQ) != 0 ? 'Z' : 'z';
    }
    if ((flags & HARDIRQ) != 0) {
      return (flags & SOFTIRQ) != 0 ? 'H' : 'h';
    }
    return (flags & SOFTIRQ) != 0 ? 's' : '.';
  }

  private static String depth(int count) {
    return (count & 0xf) == 0 ? "." : Integer.toHexString(count & 0xf);
  }
}
