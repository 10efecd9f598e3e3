package io.vmatrace.cli;

/** What {@code vmatrace explore} writes; the names are what the user types. */
enum ExploreFormat {
  text,
  json,
  /** The schedule of what is broken as a capture. */
  ftrace
}
