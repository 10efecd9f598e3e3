package io.vmatrace.cli;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Limits of size that the code keeps. */
final class CodeShape {
  private static final int MOST_PARAMETERS = 5;
  private static final int MOST_LINES = 350;
  private static final int MOST_CLASSES_IN_CYCLE = 8;

  private CodeShape() {}

  /** No method or constructor but a record's own takes more than five parameters. */
  static void assertFewParameters(JavaClasses classes) {
    List<String> tooMany =
        classes.stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> parameters(unit) > MOST_PARAMETERS)
            .map(JavaCodeUnit::getFullName)
            .toList();
    assertThat(tooMany).as("methods of more than %d parameters", MOST_PARAMETERS).isEmpty();
  }

  /** How many parameters somebody wrote: not those that the compiler adds, nor those of a record's header or an enum's rows. */
  private static int parameters(JavaCodeUnit unit) {
    int count = unit.getRawParameterTypes().size();
    JavaClass owner = unit.getOwner();
    if (unit.getModifiers().contains(JavaModifier.SYNTHETIC)) {
      return 0;
    }
    if (!(unit instanceof JavaConstructor)) {
      return count;
    }
    long fields = owner.getFields().stream().filter(field -> !field.getModifiers().contains(JavaModifier.STATIC)).count();
    boolean header = owner.isRecord() && count == fields;
    boolean row = owner.isEnum() || owner.getEnclosingClass().map(JavaClass::isEnum).orElse(false);
    return header || row || owner.isAnonymousClass() ? 0 : count - (owner.isInnerClass() ? 1 : 0);
  }

  /** No file of main code is long, and no file name occurs twice. */
  static void assertShortFilesOfOneName(Path sources) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(sources)) {
      files = all.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java")).toList();
    }
    assertThat(files).isNotEmpty();
    List<String> tooLong = new ArrayList<>();
    for (Path file : files) {
      long lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        tooLong.add(file + ": " + lines);
      }
    }
    assertThat(tooLong).as("files of more than %d lines", MOST_LINES).isEmpty();
    List<List<Path>> twice = files.stream().collect(groupingBy(Path::getFileName)).values().stream().filter(same -> same.size() > 1).toList();
    assertThat(twice).as("files of the same name").isEmpty();
  }

  /** No more than eight classes depend on each other in a circle, nested ones counted with the one around them. */
  static void assertSmallCycles(JavaClasses classes) {
    assertThat(circles(dependencies(classes)).stream().filter(circle -> circle.size() > MOST_CLASSES_IN_CYCLE))
        .as("circles of more than %d classes", MOST_CLASSES_IN_CYCLE)
        .isEmpty();
  }

  private static Map<String, Set<String>> dependencies(JavaClasses classes) {
    Map<String, Set<String>> uses = new TreeMap<>();
    classes.forEach(type -> uses.putIfAbsent(outermost(type), new TreeSet<>()));
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = outermost(dependency.getTargetClass());
        if (uses.containsKey(target)) {
          uses.computeIfAbsent(outermost(type), _ -> new TreeSet<>()).add(target);
        }
      }
    }
    return uses;
  }

  private static String outermost(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }

  /** The sets of classes each of which reaches all others of its set. */
  static List<Set<String>> circles(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reached = new HashMap<>();
    uses.keySet().forEach(from -> reached.put(from, reachable(from, uses)));
    List<Set<String>> circles = new ArrayList<>();
    Set<String> done = new TreeSet<>();
    for (String from : uses.keySet()) {
      Set<String> circle = new TreeSet<>(reached.getOrDefault(from, Set.of()));
      circle.removeIf(other -> !reached.getOrDefault(other, Set.of()).contains(from));
      circle.add(from);
      if (done.addAll(circle)) {
        circles.add(circle);
      }
    }
    return circles;
  }

  private static Set<String> reachable(String from, Map<String, Set<String>> uses) {
    Set<String> seen = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(uses.getOrDefault(from, Set.of()));
    while (!next.isEmpty()) {
      String at = next.pop();
      if (seen.add(at)) {
        next.addAll(uses.getOrDefault(at, Set.of()));
      }
    }
    return seen;
  }
}
