import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A step of the distribution: the folder that is packed, with a Java runtime of its own and a trained AOT cache, and the archive of it. All times in
 * it are the same, before the cache is trained: the JVM takes no cache of a jar with another time.
 */
final class Distribution {
  /** What the commands use: java.management is {@code measure}'s, java.xml the JUnit report's, java.logging protobuf's and jline's, jdk.unsupported protobuf's, which is slower without. */
  private static final String MODULES = "java.base,java.logging,java.management,java.xml,jdk.unsupported";

  /** Libraries for other platforms, by where zstd-jni and jline have them in the jar. */
  private static final Pattern NATIVE = Pattern.compile("(aix|darwin|freebsd|linux|win)/.*/libzstd-jni.*|org/jline/nativ/.*/.*");

  private static final Pattern OWN_NATIVE = Pattern.compile("linux/amd64/.*|org/jline/nativ/Linux/x86_64/.*");

  private static final int LEVEL = 19;

  private final Path folder;
  private final FileTime time;

  private Distribution(Path folder, FileTime time) {
    this.folder = folder;
    this.time = time;
  }

  /**
   * The step.
   *
   * @param arguments the project's folder; the jar; the folder with share/; the folder to make; the archive to make; the time of all files, ISO 8601;
   *     a cache that was trained before for the same jar and runtime, or nothing to train one
   */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    Path folder = Path.of(arguments[3]).toAbsolutePath();
    Distribution distribution = new Distribution(folder, FileTime.from(Instant.parse(arguments[5])));
    delete(folder);
    distribution.fill(project, Path.of(arguments[1]), Path.of(arguments[2]));
    distribution.setTimes();
    Path cache = folder.resolve("lib/vmatrace.aot");
    if (arguments.length > 6 && !arguments[6].isEmpty()) {
      Files.copy(Path.of(arguments[6]), cache);
    } else {
      distribution.train(project, cache);
    }
    distribution.setTimes();
    distribution.pack(Path.of(arguments[4]));
  }

  private void fill(Path project, Path jar, Path shared) throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(project.resolve("cli/vmatrace"), bin.resolve("vmatrace"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(project.resolve("LICENSE"), folder.resolve("LICENSE"));
    copy(shared, folder.resolve("share"));
    Path documents = Files.createDirectories(folder.resolve("share/doc/vmatrace/docs"));
    for (String name : List.of("README.md", "CHANGELOG.md")) {
      Files.copy(project.resolve(name), documents.resolveSibling(name));
    }
    for (Path file : files(project.resolve("docs"))) {
      if (Files.isRegularFile(file)) {
        Files.copy(file, documents.resolve(file.getFileName()));
      }
    }
    ownPlatformOnly(jar, lib.resolve("vmatrace.jar"));
    Path runtime = lib.resolve("runtime");
    int status =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("this JDK has no jlink"))
            .run(System.out, System.err, "--add-modules", MODULES, "--strip-debug", "--no-header-files", "--no-man-pages", "--output", runtime.toString());
    if (status != 0) {
      throw new IOException("jlink ends with status " + status);
    }
    // The launcher starts java only, and the licences are links to one another, which not every unpacker makes.
    for (Path file : files(runtime)) {
      if (Files.isSymbolicLink(file)) {
        Path target = file.toRealPath();
        Files.delete(file);
        Files.copy(target, file);
      } else if (file.getParent().endsWith("bin") && !file.endsWith("java")) {
        Files.delete(file);
      }
    }
  }

  private static void ownPlatformOnly(Path jar, Path to) throws IOException {
    try (var from = new ZipFile(jar.toFile());
        var out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
      for (var entries = from.entries(); entries.hasMoreElements(); ) {
        ZipEntry entry = entries.nextElement();
        if (NATIVE.matcher(entry.getName()).matches() && !OWN_NATIVE.matcher(entry.getName()).matches()) {
          continue;
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        from.getInputStream(entry).transferTo(out);
        out.closeEntry();
      }
    }
  }

  /** The launcher trains the cache by itself where there are samples, which only stand beside it for that long. */
  private void train(Path project, Path cache) throws IOException, InterruptedException {
    Path samples = Files.createSymbolicLink(folder.resolve("samples"), project.resolve("samples").toRealPath());
    int status = new ProcessBuilder(folder.resolve("bin/vmatrace").toString(), "--version").inheritIO().start().waitFor();
    Files.delete(samples);
    if (status != 0 || !Files.exists(cache)) {
      throw new IOException("the launcher has trained no cache, and ends with status " + status);
    }
  }

  private void setTimes() throws IOException {
    for (Path file : files(folder)) {
      Files.setLastModifiedTime(file, time);
    }
  }

  private void pack(Path archive) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
        var tar = new TarArchiveOutputStream(new ZstdOutputStream(out, LEVEL).setLong(27), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path file : files(folder)) {
        boolean isFolder = Files.isDirectory(file);
        TarArchiveEntry entry = new TarArchiveEntry(folder.getParent().relativize(file) + (isFolder ? "/" : ""));
        entry.setModTime(time);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setMode(isFolder || Files.isExecutable(file) ? 0755 : 0644);
        entry.setSize(isFolder ? 0 : Files.size(file));
        tar.putArchiveEntry(entry);
        if (!isFolder) {
          Files.copy(file, tar);
        }
        tar.closeArchiveEntry();
      }
    }
  }

  /** A folder and all that is in it, in the order of their names. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path copy = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(file, copy);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
