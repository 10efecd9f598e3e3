package io.vmatrace.parser.event.specs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.event.EventAlias;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.KnownEvent;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventNamesTest {
  private static final EventAlias MY_LOCK =
      new EventAlias("probe:my_lock", "lock_vma_under_rcu_ret", Map.of("arg1", "mm", "arg2", "address", "retval", "vma"));

  @Test
  void shouldReadAnEventByAUsersNames() {
    EventBatch events = decode(EventNames.BUILT_IN.with(List.of(MY_LOCK)), "my_lock: (f+0x1 <- g) arg1=0xff18 arg2=0x7f00 retval=0x5 mm=0x1");
    assertThat(events.kind(0)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU_RET);
    assertThat(events.value(0, Field.MM)).isEqualTo(0xff18);
    assertThat(events.value(0, Field.ADDRESS)).isEqualTo(0x7f00);
    assertThat(events.value(0, Field.VMA)).isEqualTo(5);
    assertThat(decode(EventNames.BUILT_IN, "my_lock: (f+0x1 <- g) arg1=0xff18").kind(0)).isEqualTo(EventKind.UNKNOWN);
  }

  @Test
  void shouldKeepTheBuiltInNamesOfFields() {
    EventNames names = EventNames.BUILT_IN.with(List.of(new EventAlias("handle_mm_fault", "handle_mm_fault", Map.of("addr", "flags"))));
    EventBatch events = decode(names, "handle_mm_fault: vma=0x1 address=0x2 addr=0x3");
    assertThat(events.value(0, Field.VMA)).isEqualTo(1);
    assertThat(events.value(0, Field.ADDRESS)).isEqualTo(2);
    assertThat(events.value(0, Field.FLAGS)).isEqualTo(3);
  }

  @Test
  void shouldSayWhatIsWrongWithAnAlias() {
    assertThatThrownBy(() -> EventNames.BUILT_IN.with(List.of(new EventAlias("x", "nope", Map.of())))).hasMessageContaining("nope");
    assertThatThrownBy(() -> EventNames.BUILT_IN.with(List.of(new EventAlias("x", "vm_area_free", Map.of("a", "write")))))
        .hasMessageContaining("no value write").hasMessageContaining("vma");
    assertThatThrownBy(() -> EventNames.BUILT_IN.with(List.of(new EventAlias("g:", "vm_area_free", Map.of())))).hasMessageContaining("empty name");
  }

  @Test
  void shouldListEveryEventOnceAndReadEachOfItsNames() {
    List<KnownEvent> known = EventNames.known();
    assertThat(known).extracting(KnownEvent::name).doesNotHaveDuplicates().contains("lock_vma_under_rcu_ret", "mmap:exit_mmap", "exit_mmap", "sys_enter_mmap");
    for (KnownEvent event : known) {
      String spelling = event.spellings().getFirst();
      byte[] name = spelling.getBytes(StandardCharsets.US_ASCII);
      boolean probe = event.kind().source() == EventKind.Source.PROBE_ENTRY || event.kind().source() == EventKind.Source.PROBE_RETURN;
      NamedEvent found = EventNames.BUILT_IN.event(name, 0, name.length, EventNames.hash(name, 0, name.length), probe);
      assertThat(found).as(spelling).isEqualTo(event.kind().named());
      assertThat(event.fields().keySet()).containsAll(event.mandatory());
    }
  }

  private static EventBatch decode(EventNames names, String event) {
    byte[] line = ("        workload-234     [000] .....    11.612632: " + event + "\n").getBytes(StandardCharsets.US_ASCII);
    EventBatch events = new EventBatch();
    Layout.COMMON.decoder(1 << 16, names).decode(new Chunk(line, 0, line.length), events, new ImportStats());
    return events;
  }
}
