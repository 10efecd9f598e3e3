package io.vmatrace.fleet;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine; to open one with {@code deadly} in its name ends the process, as the kernel does when there is no more memory. */
public final class DeadlyFileSystem extends RawLocalFileSystem {
  private static final int STATUS = 137;

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (path.getName().contains("deadly")) {
      Runtime.getRuntime().halt(STATUS);
    }
    return super.open(path, bufferSize);
  }
}
