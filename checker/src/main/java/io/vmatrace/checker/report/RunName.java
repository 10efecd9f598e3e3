package io.vmatrace.checker.report;

/**
 * What other systems call a run, for the formats that have a place for it.
 *
 * @param category tells SARIF of one kind of run from that of others at the same commit
 * @param kcidbOrigin the CI system that submits to KCIDB, of the characters a-z, 0-9 and _
 * @param kcidbBuild the build's id there, {@code ORIGIN:ID}
 */
public record RunName(String category, String kcidbOrigin, String kcidbBuild) {
  /** The category where none is given. */
  public static final String CATEGORY = "check";

  /** Of a run that is not submitted. */
  public static final RunName NONE = new RunName(CATEGORY, "", "");
}
