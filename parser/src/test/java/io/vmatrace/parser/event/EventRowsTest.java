package io.vmatrace.parser.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.event.specs.EventKinds;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each row says all that there is to say of its event, and says it the same in every run. */
class EventRowsTest {
  private static final String SPECS = "io.vmatrace.parser.event.specs.";

  /** Ops that no event of a capture shows by itself. */
  private static final Set<Op> SHOWN_BY_NO_EVENT = EnumSet.noneOf(Op.class);

  @Test
  void shouldSayWhichProbeAndWhichArgumentsAFunctionHas() {
    assertThat(EventKinds.all()).filteredOn(EventRowsTest::isFunction).hasSizeGreaterThan(30).allSatisfy(kind -> {
      assertThat(kind.hasSignature()).as("%s has arguments() or noArguments()", kind).isTrue();
      assertThat(kind.probes().isEmpty()).as("%s has probes or noProbe()", kind).isNotEqualTo(kind.nothingProbed().isEmpty());
      Set<Generation> designs = EnumSet.noneOf(Generation.class);
      kind.probes().forEach(probe -> assertThat(probe.designs()).as("%s has one probe for each design", kind).allMatch(designs::add));
    });
  }

  @Test
  void shouldSayWhichOpsAnEventShows() {
    assertThat(EventKinds.all()).allSatisfy(
        kind -> assertThat(kind.shows().isEmpty()).as("%s shows ops or showsNone()", kind).isNotEqualTo(kind.nothingShown().isEmpty()));
    Set<Op> shown = EnumSet.noneOf(Op.class);
    EventKinds.all().forEach(kind -> shown.addAll(kind.shows()));
    assertThat(shown).isEqualTo(EnumSet.complementOf(EnumSet.copyOf(SHOWN_BY_NO_EVENT)));
  }

  @Test
  void shouldSayWhereATracepointIs() {
    assertThat(EventKinds.all()).filteredOn(kind -> kind.source() == EventKind.Source.TRACEPOINT).hasSizeGreaterThan(15).allSatisfy(kind -> {
      assertThat(kind.folder()).as("%s", kind).isNotEmpty();
      assertThat(kind.folder().contains("/") && !kind.folder().endsWith("/" + kind.kernelName())).as("%s: %s", kind, kind.folder()).isFalse();
      if (!kind.recordedWith().isEmpty()) {
        assertThat(EventKinds.all()).filteredOn(other -> other.kernelName().equals(kind.recordedWith()) && other.folder().equals(kind.folder()))
            .as("%s is recorded with a tracepoint of the same folder", kind).hasSize(1);
      }
    });
  }

  @Test
  void shouldNameOnlyFieldsThatTheEventHas() {
    assertThat(EventKinds.all()).allSatisfy(kind -> {
      assertThat(kind.fields()).as("%s", kind).doesNotHaveDuplicates().containsAll(kind.sampled());
      assertThat(kind.mandatory() >>> kind.fields().size()).as("%s: mandatory fields are among its fields", kind).isZero();
      assertThat(kind.fields().size()).isLessThanOrEqualTo(Integer.SIZE - 1);
      assertThat(kind.fields()).allSatisfy(field -> assertThat(kind.slot(field)).isEqualTo(kind.fields().indexOf(field)));
      assertThat(kind.sampled().isEmpty() || kind.source().isProbe()).as("%s: a probe samples", kind).isTrue();
    });
  }

  @Test
  void shouldNameEachKindAfterItsConstant() throws Exception {
    List<EventKind> constants = new ArrayList<>(List.of(EventKind.UNKNOWN));
    for (String family : families()) {
      for (Field field : Class.forName(SPECS + family).getFields()) {
        if (field.getType() == EventKind.class && Modifier.isStatic(field.getModifiers())) {
          EventKind kind = (EventKind) field.get(null);
          assertThat(kind.name()).isEqualTo(field.getName());
          constants.add(kind);
        }
      }
    }
    assertThat(EventKinds.all()).containsExactlyInAnyOrderElementsOf(constants);
    assertThat(EventKinds.all()).extracting(EventKind::name).doesNotHaveDuplicates();
    assertThat(EventKinds.all()).extracting(kind -> kind.source() + " " + kind.kernelName()).doesNotHaveDuplicates();
    assertThat(EventKinds.all().stream().mapToInt(EventKind::ordinal).sorted()).isEqualTo(
        IntStream.range(0, EventKinds.count()).boxed().toList());
    assertThat(EventKinds.all()).allSatisfy(kind -> assertThat(EventKind.of(kind.ordinal())).isSameAs(kind));
  }

  @Test
  void shouldHaveTheSameOrdinalsWhicheverFamilyIsUsedFirst() throws Exception {
    Map<String, Integer> ours = new TreeMap<>();
    EventKinds.all().forEach(kind -> ours.put(kind.name(), kind.ordinal()));
    for (String first : families()) {
      try (URLClassLoader apart = apart()) {
        Class.forName(SPECS + first, true, apart);
        assertThat(ordinals(apart)).as("%s first", first).isEqualTo(ours);
      }
    }
  }

  @Test
  void shouldHaveTheSameOrdinalsWhenThreadsUseTheFamiliesAtOnce() throws Exception {
    Map<String, Integer> ours = new TreeMap<>();
    EventKinds.all().forEach(kind -> ours.put(kind.name(), kind.ordinal()));
    List<String> families = families();
    for (int round = 0; round < 20; round++) {
      try (URLClassLoader apart = apart(); var threads = Executors.newFixedThreadPool(families.size())) {
        List<Future<Class<?>>> loads = new ArrayList<>();
        families.forEach(family -> loads.add(threads.submit(() -> Class.forName(SPECS + family, true, apart))));
        for (Future<Class<?>> load : loads) {
          load.get();
        }
        assertThat(ordinals(apart)).isEqualTo(ours);
      }
    }
  }

  @Test
  void shouldRefuseMoreKindsThanABatchHasBitsFor() {
    assertThat(EventKind.checkedOrdinal(255)).isEqualTo(255);
    assertThatThrownBy(() -> EventKind.checkedOrdinal(256)).isInstanceOf(IllegalStateException.class).hasMessageContaining("eight bits");
    EventFamily family = EventFamily.first();
    EventFamily.after(family);
    assertThatThrownBy(() -> EventFamily.after(family)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> family.marker("late").row()).isInstanceOf(IllegalStateException.class);
  }

  private static boolean isFunction(EventKind kind) {
    return kind.source() == EventKind.Source.PROBE_ENTRY || kind.source() == EventKind.Source.PROBE_RETURN;
  }

  private static List<String> families() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java", SPECS.replace('.', '/')))) {
      return files.map(path -> path.getFileName().toString()).filter(name -> name.endsWith("Events.java")).map(name -> name.replace(".java", "")).sorted().toList();
    }
  }

  /** The same classes once more, of which none is initialised. */
  private static URLClassLoader apart() {
    return new URLClassLoader(new URL[] {EventKind.class.getProtectionDomain().getCodeSource().getLocation()}, ClassLoader.getPlatformClassLoader());
  }

  private static Map<String, Integer> ordinals(ClassLoader loader) throws ReflectiveOperationException {
    Map<String, Integer> ordinals = new TreeMap<>();
    List<?> all = (List<?>) Class.forName(SPECS + "EventKinds", true, loader).getMethod("all").invoke(null);
    for (Object kind : all) {
      ordinals.put((String) kind.getClass().getMethod("name").invoke(kind), (Integer) kind.getClass().getMethod("ordinal").invoke(kind));
    }
    return ordinals;
  }
}
