package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.function.Consumer;

/**
 * A violation of one rule, made from a real capture.
 *
 * @param edit what was changed, for a person
 * @param byValues whether one event's own values are the proof
 */
record RuleCase(String rule, String sample, String edit, boolean byValues, Certainty certainty, Consumer<Lines> editor) {
  /** The pid of a task that an edit brings in. */
  static final int STRANGER = 9999;

  static RuleCase values(String rule, String sample, String edit, Consumer<Lines> editor) {
    return new RuleCase(rule, sample, edit, true, Certainty.DEFINITE, editor);
  }

  static RuleCase history(String rule, String sample, String edit, Consumer<Lines> editor) {
    return new RuleCase(rule, sample, edit, false, Certainty.DEFINITE, editor);
  }

  static RuleCase suspicion(String rule, String sample, String edit, Consumer<Lines> editor) {
    return new RuleCase(rule, sample, edit, false, Certainty.POSSIBLE, editor);
  }

  Lines violation() {
    Lines lines = new Lines(sample);
    editor.accept(lines);
    return lines;
  }

  RuleInfo info() {
    return Rules.find(rule).orElseThrow();
  }

  @Override
  public String toString() {
    return "%s from %s: %s".formatted(rule, sample, edit);
  }
}
