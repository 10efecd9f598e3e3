package io.vmatrace.cli;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The project's JSON schemas. */
final class Schemas {
  private Schemas() {}

  /** The schema of a name such as check-1. */
  static Schema of(String name) {
    try (InputStream in = Schemas.class.getResourceAsStream("/schema/" + name + ".schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
