package io.vmatrace.checker.story;

import io.vmatrace.checker.story.Tasks.Named;

/** Whose history is wanted. */
public sealed interface HistoryTarget {
  /** As a person says it. */
  String text();

  /** A VMA by its address, or an address of user space. */
  record Address(long value) implements HistoryTarget {
    @Override
    public String text() {
      return StepText.hex(value);
    }
  }

  /** Tasks by what traces call them: comm-pid, pid or comm. */
  record Task(String text) implements HistoryTarget {
    boolean is(Named task) {
      return text.equals(task.comm()) || text.equals(Integer.toString(task.pid())) || text.equals(task.comm() + "-" + task.pid());
    }
  }

  /**
   * Reads one: hexadecimal digits with 0x, or as many as a pointer has, are an address.
   *
   * @param text not empty
   */
  static HistoryTarget parse(String text) {
    if (text.matches("0[xX][0-9a-fA-F]{1,16}")) {
      return new Address(Long.parseUnsignedLong(text.substring(2), 16));
    }
    return text.matches("[0-9a-fA-F]{12,16}") ? new Address(Long.parseUnsignedLong(text, 16)) : new Task(text);
  }
}
