package io.vmatrace.parser.tracedat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files made from real ones by a documented transformation. */
final class Derived {
  private Derived() {}

  /** The file itself, or what is inside when its name ends in .zst. */
  static Path plain(Path file, Path folder) throws IOException {
    String name = file.getFileName().toString();
    if (!name.endsWith(".zst")) {
      return file;
    }
    Path plain = folder.resolve(name.substring(0, name.length() - 4));
    try (InputStream in = new ZstdInputStream(Files.newInputStream(file))) {
      Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
    }
    return plain;
  }
}
