package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Schemas of others. */
final class JsonSchemas {
  private JsonSchemas() {}

  /** What a schema has against a text. */
  static List<String> errors(InputStream schema, SpecificationVersion draft, String json) throws IOException {
    try (schema) {
      Schema parsed = SchemaRegistry.withDefaultDialect(draft).getSchema(schema);
      assertThat(parsed.validate("{}", InputFormat.JSON)).isNotEmpty();
      return parsed.validate(json, InputFormat.JSON).stream().map(Error::toString).toList();
    }
  }
}
