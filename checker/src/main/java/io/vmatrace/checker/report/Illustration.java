package io.vmatrace.checker.report;

/** What a format may show of a capture beside its report, made in the same pass. */
public interface Illustration {}
