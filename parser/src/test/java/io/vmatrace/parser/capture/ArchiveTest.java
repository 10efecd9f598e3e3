package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of real captures: whole, compressed, cut, damaged, and such as want to do harm. */
class ArchiveTest {
  private static final Path SAMPLES = Path.of("../samples");
  private static final int EDITS = 60;

  @TempDir Path folder;
  private final List<CaptureSource> copies = new ArrayList<>();
  private final Map<String, byte[]> members = new LinkedHashMap<>();

  /** What became of a set: names of captures and the events in them, names of what is none, and what is wrong with the archive. */
  private record Seen(Map<String, Long> captures, List<String> refused, String broken) {}

  @AfterEach
  void shouldLeaveNoCopyBehind() {
    assertThat(copies).allMatch(source -> source.copy() == null || !Files.exists(source.copy()));
  }

  @BeforeEach
  void readSamples() throws IOException {
    for (String name : List.of("clean-6.18.15-churn-e0-hashed.txt.zst", "README.md", "broken-no-reader-wait-oops-console.log.zst")) {
      members.put("logs/" + name, Files.readAllBytes(SAMPLES.resolve(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip", "gz", "xz", "zstd", "bzip2", "lz4-framed"})
  void shouldReadEachMemberAsACapture(String how) throws Exception {
    Seen seen = see(write("all", archive(how)));
    assertThat(seen.captures().keySet()).containsExactlyInAnyOrder(
        "all!logs/clean-6.18.15-churn-e0-hashed.txt.zst", "all!logs/broken-no-reader-wait-oops-console.log.zst");
    assertThat(seen.captures()).containsEntry("all!logs/broken-no-reader-wait-oops-console.log.zst", 1249L);
    assertThat(seen.refused()).singleElement().asString().startsWith("all!logs/README.md: is not a trace");
    assertThat(seen.broken()).isEmpty();
  }

  @Test
  void shouldTakeAnythingElseForASetOfOne() throws Exception {
    String sample = SAMPLES.resolve("clean-6.18.15-churn-e0-hashed.txt.zst").toString();
    try (CaptureSet set = Captures.expand(sample, CaptureLimits.DEFAULT)) {
      assertThat(set.isArchive()).isFalse();
      assertThat(set.next()).isEqualTo(CaptureSource.of(sample));
      assertThat(set.next()).isNull();
    }
    try (CaptureSet set = Captures.expand("-", CaptureLimits.DEFAULT)) {
      assertThat(set.isArchive()).isFalse();
      assertThat(set.next()).isEqualTo(CaptureSource.of("standard input", System.in));
    }
    for (String path : List.of("missing", folder.toString(), write("line", "\n".getBytes(StandardCharsets.UTF_8)))) {
      try (CaptureSet set = Captures.expand(path, CaptureLimits.DEFAULT)) {
        assertThat(set.isArchive()).as(path).isFalse();
        assertThat(set.next()).isEqualTo(CaptureSource.of(path));
      }
    }
  }

  @Test
  void shouldRefuseAnArchiveInAnArchive() throws Exception {
    byte[] inner = archive("tar");
    members.clear();
    members.put("inner.tar", inner);
    members.put("inner.tar.gz", compress("gz", inner));
    members.put("inner.zip", zip(Map.of("a", new byte[] {1})));
    Seen seen = see(write("outer", zip(members)));
    assertThat(seen.captures()).isEmpty();
    assertThat(seen.refused()).hasSize(3).allMatch(line -> line.contains("this is an archive, in another one"));
  }

  @Test
  void shouldNeverUseANameInsideAsAPath() throws Exception {
    Path victim = folder.resolve("victim");
    byte[] capture = members.get("logs/clean-6.18.15-churn-e0-hashed.txt.zst");
    members.clear();
    members.put("../victim", capture);
    members.put(victim.toString(), capture);
    members.put("esc\u001b[31m\n", capture);
    for (String how : List.of("tar", "zip")) {
      Seen seen = see(write("evil", archive(how)));
      assertThat(seen.captures()).hasSize(3).containsKey("evil!esc?[31m?");
      assertThat(victim).doesNotExist();
      assertThat(folder.resolve("../victim")).doesNotExist();
    }
  }

  @Test
  void shouldStopAtABomb() throws Exception {
    members.clear();
    members.put("zeros", new byte[100 << 20]);
    CaptureLimits strict = new CaptureLimits(64 << 10, 1 << 20, 1L << 40, 100, 192 << 10, 2, false);
    for (String how : List.of("zip", "gz", "zstd")) {
      Seen seen = see(write("bomb", archive(how)), strict);
      assertThat(seen.captures()).isEmpty();
      assertThat(seen.broken()).contains((how.equals("zip") ? "unpacks" : "decompresses") + " to more than 100 times its size");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip", "gz", "zstd"})
  void shouldReportWhatComesBeforeTheCut(String how) throws Exception {
    byte[] whole = archive(how);
    for (int edit = 0; edit < EDITS; edit++) {
      int length = new Random(edit).nextInt(whole.length - 1024);
      Seen seen = see(write("cut", Arrays.copyOf(whole, length)));
      assertThat(seen.broken() + seen.refused()).as("%s cut at %d: %s", how, length, seen).isNotEqualTo("[]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "zip", "gz", "zstd"})
  void shouldSurviveFlippedBytes(String how) throws Exception {
    byte[] whole = archive(how);
    for (int edit = 0; edit < EDITS; edit++) {
      Random random = new Random(edit);
      byte[] flipped = whole.clone();
      for (int flips = 1 + random.nextInt(20); flips > 0; flips--) {
        flipped[random.nextInt(edit % 2 == 0 ? flipped.length : 600)] ^= (byte) (1 << random.nextInt(8));
      }
      Seen seen = see(write("flipped", flipped));
      assertThat(seen.captures().size() + seen.refused().size() + seen.broken().length()).as("%s %d", how, edit).isPositive();
    }
  }

  private Seen see(String path) {
    return see(path, CaptureLimits.DEFAULT);
  }

  private Seen see(String path, CaptureLimits limits) {
    Map<String, Long> captures = new LinkedHashMap<>();
    List<String> refused = new ArrayList<>();
    String broken = "";
    try (CaptureSet set = Captures.expand(path, limits)) {
      for (CaptureSource source = set.next(); source != null; source = set.next()) {
        decode(source, limits, captures, refused);
      }
    } catch (CaptureException e) {
      broken = String.valueOf(e.getMessage());
    }
    return new Seen(captures, refused, broken);
  }

  private void decode(CaptureSource source, CaptureLimits limits, Map<String, Long> captures, List<String> refused) {
    copies.add(source);
    try (source; Capture capture = Captures.open(source, limits, EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      captures.put(shortened(capture.path()), capture.facts().stats().decoded());
    } catch (CaptureException e) {
      refused.add(shortened(String.valueOf(e.getMessage())));
    }
  }

  private String shortened(String text) {
    return text.replace(folder + "/", "");
  }

  private String write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  /** A tar, a zip, or a tar that is compressed so. */
  private byte[] archive(String how) throws IOException, CompressorException {
    return switch (how) {
      case "tar" -> tar();
      case "zip" -> zip(members);
      default -> compress(how, tar());
    };
  }

  private byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.putArchiveEntry(new TarArchiveEntry("logs/"));
      out.closeArchiveEntry();
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey(), true);
        entry.setSize(member.getValue().length);
        out.putArchiveEntry(entry);
        out.write(member.getValue());
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(Map<String, byte[]> members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        out.putArchiveEntry(new ZipArchiveEntry(member.getKey()));
        out.write(member.getValue());
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] compress(String how, byte[] bytes) throws IOException, CompressorException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(how, compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
