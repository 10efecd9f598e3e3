package io.vmatrace.checker.report;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Text that has to wait: in memory while it is short, else in a temporary file. */
public final class Spool implements AutoCloseable {
  static final int MOST_IN_MEMORY = 1 << 20;

  private final Writer writer = new OutputStreamWriter(new Bytes(), StandardCharsets.UTF_8);
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable FileChannel file;

  /** Takes the text. */
  public Writer writer() {
    return writer;
  }

  /** Copies the text, but for its first characters. Nothing may be written afterwards. */
  public void copyTo(ReportOutput to, int skipped) {
    try {
      writer.flush();
      Reader text = new InputStreamReader(bytes(), StandardCharsets.UTF_8);
      for (int i = 0; i < skipped; i++) {
        text.read();
      }
      text.transferTo(to.out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputStream bytes() throws IOException {
    if (file == null) {
      return new ByteArrayInputStream(memory.toByteArray());
    }
    file.position(0);
    return Channels.newInputStream(file);
  }

  /** Whether the text is in a file. */
  boolean isInFile() {
    return file != null;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The text as bytes. */
  private final class Bytes extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (file == null && memory.size() + length > MOST_IN_MEMORY) {
        file = open();
        memory.writeTo(Channels.newOutputStream(file));
        memory.reset();
      }
      if (file == null) {
        memory.write(bytes, from, length);
      } else {
        Channels.newOutputStream(file).write(bytes, from, length);
      }
    }

    /** A file that has no name any more once it is open, so that it is gone however the program ends. */
    private FileChannel open() throws IOException {
      Path path = Files.createTempFile("vmatrace-", ".json");
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }
  }
}
