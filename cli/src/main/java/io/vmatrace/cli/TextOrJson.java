package io.vmatrace.cli;

import picocli.CommandLine.Model.OptionSpec;

/** What a command writes its report as; the names are what the user types. */
enum TextOrJson {
  text,
  json;

  static OptionSpec option() {
    return OptionSpec.builder("--format")
        .paramLabel("FORMAT")
        .type(TextOrJson.class)
        .defaultValue("text")
        .description("text or json (default: text).")
        .build();
  }
}
