package io.vmatrace.checker.html;

import io.vmatrace.checker.picture.Picture;
import io.vmatrace.checker.report.Illustration;
import io.vmatrace.checker.stats.StatsReport;

/** What a page shows of a capture beside its report: how long things took, and the picture of what happened. */
public record PageData(StatsReport stats, Picture picture) implements Illustration {}
