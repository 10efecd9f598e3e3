package io.vmatrace.fleet;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A folder with as many captures as are asked for: real ones, broken kernels' among them, under other names, most of them hard links to
 * one file; of each hundred two are cut short, one is damaged, and one is no capture or empty. Small and large ones take turns, so that the
 * first hundred are on average what ten thousand are.
 */
final class LabFolder {
  private static final List<Path> REAL = List.of(Path.of("samples"), Path.of("../shared/captures"));
  private static final List<String> ENDINGS = List.of(".zst", ".data", ".dat");

  /** The most bytes of a real one, where there is no time for all. */
  private static final long LARGEST = Long.getLong("vmatrace.fleet.largest", Long.MAX_VALUE);

  /** What names of objects may have in them, and a URI or a pattern of file names may not. */
  private static final List<String> ODD = List.of("a b", "50%", "%20", "#1", "one\ntwo", "x:y", "q?", "{a,b}", "[0-9]", "*", "a=b", "ü", "_hidden", ".dot", "'\"", "back\\slash", "+", "&;");

  private LabFolder() {}

  /** Makes it, with the real ones beside it. */
  static Path fill(Path folder, int number) throws IOException {
    List<Path> real = copies(Files.createDirectories(folder.resolve("real")));
    Path lab = folder.resolve("lab");
    for (int i = 0; i < number; i++) {
      Path like = real.get(Math.toIntExact((long) i * step(real.size()) % real.size()));
      String odd = i % 23 == 0 ? ODD.get(i / 23 % ODD.size()) : "";
      Path box = Files.createDirectories(lab.resolve("box-%02d".formatted(i % 16)));
      make(i, like, box.resolve("%s%05d-%s".formatted(odd, i, like.getFileName())));
    }
    return lab;
  }

  /** Through a list of that length past all of it, with what comes soon after each other far apart: the golden section, and no common factor. */
  private static int step(int length) {
    int step = Math.max(1, (int) (length * 0.618));
    while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(length)).intValue() != 1) {
      step++;
    }
    return step;
  }

  private static void make(int i, Path like, Path file) throws IOException {
    Random random = new Random(i);
    switch (i % 100) {
      case 13, 63 -> {
        byte[] whole = Files.readAllBytes(like);
        Files.write(file, Arrays.copyOf(whole, 1 + random.nextInt(whole.length)));
      }
      case 37 -> {
        byte[] damaged = Files.readAllBytes(like);
        for (int n = 0; n < 50; n++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        Files.write(file, damaged);
      }
      case 88 -> Files.writeString(file, i % 200 == 88 ? "" : "no capture, number %d\n".formatted(i));
      default -> Files.createLink(file, like);
    }
  }

  /** Of the project's own, and of those beside it where they are, the smallest first. */
  private static List<Path> copies(Path folder) throws IOException {
    List<Path> copies = new ArrayList<>();
    List<Path> captures = new ArrayList<>();
    for (Path root : REAL.stream().filter(Files::isDirectory).toList()) {
      try (Stream<Path> files = Files.walk(root)) {
        captures.addAll(files.filter(LabFolder::isCapture).toList());
      }
    }
    captures.sort(Comparator.<Path>comparingLong(file -> file.toFile().length()).thenComparing(Comparator.naturalOrder()));
    for (Path file : captures) {
      copies.add(Files.copy(file, folder.resolve("%03d-%s".formatted(copies.size(), file.getFileName()))));
    }
    return copies;
  }

  private static boolean isCapture(Path file) {
    return Files.isRegularFile(file) && file.toFile().length() <= LARGEST && ENDINGS.stream().anyMatch(file.getFileName().toString()::endsWith) && !file.getFileName().toString().contains(".tar.");
  }
}
