package io.vmatrace.checker.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What to record so that a capture evidences more.
 *
 * @param add what the recording lacked, in the order in which it is to be written
 * @param perhaps what the recording may have lacked: it did not happen, or was not recorded, and the capture does not tell which
 * @param neverHappened rules about things that did not happen, though they were recorded
 * @param impossible rules that need what cannot be recorded on this kernel
 * @param assumedKernels the kernels that the probes are for, where the capture does not show its own; empty where it does
 */
public record Advice(List<Step> add, List<Step> perhaps, List<String> neverHappened, List<String> impossible, String assumedKernels) {
  /**
   * Lines that belong together.
   *
   * @param why what they are good for
   * @param rules ids of the rules that they evidence; empty where they serve all
   * @param lines shell commands, to be run in the tracing directory
   * @param probes lines for dynamic_events, to be written before the commands; with names of values in them
   * @param values what the names stand for: {@code V} for {@code $V}
   */
  public record Step(String why, List<String> rules, List<String> lines, List<String> probes, Map<String, String> values) {
    /** A step of commands alone. */
    static Step of(String why, List<String> rules, List<String> lines) {
      return new Step(why, rules, lines, List.of(), Map.of());
    }

    /** The probes as dynamic_events takes them. */
    public List<String> definitions() {
      return probes.stream().map(this::definition).toList();
    }

    private String definition(String probe) {
      List<String> words = new ArrayList<>();
      for (String word : probe.split(" ", -1)) {
        words.add(word.startsWith("$") ? values.getOrDefault(word.substring(1), word) : word);
      }
      return String.join(" ", words);
    }
  }
}
