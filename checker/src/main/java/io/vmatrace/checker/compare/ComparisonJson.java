package io.vmatrace.checker.compare;

import io.vmatrace.checker.report.JsonParts;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A comparison as JSON, schema vmatrace/compare/1: src/main/resources/schema/compare-1.schema.json. */
public final class ComparisonJson {
  public static final String SCHEMA = "vmatrace/compare/1";

  private ComparisonJson() {}

  /** The whole object, to be printed. */
  public static ObjectNode of(Comparison of, String version) {
    ObjectNode node = JsonParts.run(SCHEMA, version);
    node.putObject("runs").put("base", of.base()).put("new", of.changed()).put("tooFew", of.tooFew()).put("needed", of.needed());
    ArrayNode incomplete = node.putArray("incomplete");
    of.incomplete().forEach(run -> run.missing().forEach(incomplete.addObject().put("path", run.path()).put("side", run.isBase() ? "base" : "new").putArray("missing")::add));
    node.put("leastChange", of.leastChange());
    node.put("regression", of.hasRegression());
    of.newCauses().forEach(node.putArray("newFindings")::add);
    of.goneCauses().forEach(node.putArray("goneFindings")::add);
    ArrayNode figures = node.putArray("figures");
    for (Comparison.Difference difference : of.differences()) {
      figures.addObject().put("figure", difference.figure()).put("base", difference.base()).put("new", difference.changed())
          .put("change", Double.isInfinite(difference.change()) ? null : difference.change()).put("dominance", difference.dominance()).put("p", difference.p())
          .put("differs", difference.isTold()).put("effect", JsonParts.word(difference.effect())).put("regression", difference.effect() == Comparison.Effect.WORSE);
    }
    return node;
  }
}
