package io.vmatrace.checker.evidence;

import java.util.List;

/**
 * What to record so that a capture evidences more.
 *
 * @param add what the recording lacked, in the order in which it is to be written
 * @param perhaps what the recording may have lacked: it did not happen, or was not recorded, and the capture does not tell which
 * @param neverHappened rules about things that did not happen, though they were recorded
 * @param impossible rules that need what cannot be recorded on this kernel
 * @param assumedDesign the kernel's design that the lines are for, where the capture does not show it; empty where it does
 */
public record Advice(List<Step> add, List<Step> perhaps, List<String> neverHappened, List<String> impossible, String assumedDesign) {
  /**
   * Lines that belong together.
   *
   * @param why what they are good for
   * @param rules ids of the rules that they evidence; empty where they serve all
   * @param lines shell commands, to be run in the tracing directory
   * @param probes lines for dynamic_events, to be written before the commands
   */
  public record Step(String why, List<String> rules, List<String> lines, List<String> probes) {}
}
