package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.Ascii;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The archives that are read, told apart by what is in them: POSIX.1-1988 ustar header, APPNOTE.TXT 4.3.7. */
enum ArchiveKind {
  TAR {
    @Override
    ArchiveInputStream<?> open(InputStream in) {
      return new TarArchiveInputStream(in);
    }

    @Override
    boolean isRegular(ArchiveEntry entry) {
      return entry instanceof TarArchiveEntry tar && tar.isFile() && !tar.isLink() && !tar.isSymbolicLink();
    }
  },
  ZIP {
    @Override
    ArchiveInputStream<?> open(InputStream in) {
      return new ZipArchiveInputStream(in, StandardCharsets.UTF_8.name(), true, true);
    }

    @Override
    boolean isRegular(ArchiveEntry entry) {
      return entry instanceof ZipArchiveEntry zip && !zip.isDirectory() && !zip.isUnixSymlink();
    }
  };

  private static final int USTAR_AT = 257;
  private static final byte[] USTAR = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOCAL_HEADER = {'P', 'K', 3, 4};
  private static final byte[] END_OF_EMPTY = {'P', 'K', 5, 6};

  /** The members one after the other; stored ones without a length in front too. */
  abstract ArchiveInputStream<?> open(InputStream in);

  abstract boolean isRegular(ArchiveEntry entry);

  static @Nullable ArchiveKind sniff(byte[] head, int length) {
    if (Ascii.startsWith(head, 0, length, LOCAL_HEADER) || Ascii.startsWith(head, 0, length, END_OF_EMPTY)) {
      return ZIP;
    }
    return length > USTAR_AT && Ascii.startsWith(head, USTAR_AT, length, USTAR) ? TAR : null;
  }
}
