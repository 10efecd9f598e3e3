package io.vmatrace.parser.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import io.vmatrace.parser.ftrace.FunctionGraph;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of the tracers function and function_graph. */
class FunctionTextsTest {
  private static final LineFormat GRAPH = FunctionGraph.FUNCTION_GRAPH;
  private static final Pattern CALL = Pattern.compile("(\\w+)\\((?:vma=0x(\\w+))?.*\\)(?: \\{|;)(?: /\\*.*)?$");

  @ParameterizedTest
  @ValueSource(strings = {"graph-abstime-proc-tail-7.2.13", "graph-bare-6.18.15", "graph-latency"})
  void shouldReadEveryCallAsTheSlowReaderDoes(String name) throws IOException {
    List<String> lines = Texts.resource(name);
    Texts.Decoded read = Texts.decode(GRAPH, lines);
    assertThat(read.stats().damaged()).isZero();
    assertThat(read.stats().unknown()).isZero();
    List<String> fast = new ArrayList<>();
    for (int i = 0; i < read.events().size(); i++) {
      if (read.events().kind(i) == VmaEvents.VM_AREA_FREE || read.events().kind(i) == FaultEvents.HANDLE_MM_FAULT) {
        fast.add(read.events().kind(i).kernelName() + " " + Long.toHexString(read.events().value(i, Field.VMA)));
      }
    }
    List<String> slow = new ArrayList<>();
    for (String line : lines) {
      Matcher m = CALL.matcher(line);
      if (m.find() && (m.group(1).equals("vm_area_free") || m.group(1).equals("handle_mm_fault"))) {
        slow.add(m.group(1) + " " + m.group(2));
      }
    }
    assertThat(fast).isEqualTo(slow).isNotEmpty();
  }

  @Test
  void shouldEndEveryCall() throws IOException {
    Texts.Decoded read = Texts.decode(GRAPH, Texts.resource("graph-abstime-proc-tail-7.2.13"));
    long faults = read.count(FaultEvents.HANDLE_MM_FAULT);
    assertThat(read.count(FaultEvents.HANDLE_MM_FAULT_RET)).isEqualTo(faults).isPositive();
    assertThat(read.count(WriteLockEvents.VMA_START_WRITE_RET)).isEqualTo(read.count(WriteLockEvents.VMA_START_WRITE));
    long last = 0;
    for (int i = 0; i < read.events().size(); i++) {
      if (read.events().kind(i) != MarkerEvents.STACK_TRACE) {
        assertThat(read.events().time(i)).isGreaterThanOrEqualTo(last);
        last = read.events().time(i);
      }
    }
  }

  @Test
  void shouldKnowTasksBySwitchesAlone() throws IOException {
    Texts.Decoded read = Texts.decode(GRAPH, Texts.resource("graph-bare-6.18.15"));
    for (int i = 0; i < read.events().size(); i++) {
      assertThat(read.events().task(i)).isNotNegative();
      assertThat(read.events().time(i)).isZero();
    }
  }

  @Test
  void shouldNotGuessATaskOrACpu() throws IOException {
    Texts.Decoded read = Texts.decode(GRAPH, Texts.resource("graph-no-columns"));
    assertThat(read.stats().decoded()).isZero();
    assertThat(read.stats().problems()).extracting(p -> p.stat()).contains(ImportStat.NO_TASK);
  }

  /** As print_graph_retval() of kernel/trace/trace_functions_graph.c prints it (6.15 and later). */
  @Test
  void shouldGiveAReturnWhatItsCallHad() {
    Texts.Decoded read = Texts.decode(GRAPH, List.of(
        "   11.000001 |   0)  workloa-129   |   2.664 us    |  lock_vma_under_rcu(mm=0xff18f29982820000, address=0x7f00); /* ret=0xff18f2998282e300 */",
        "   11.000002 |   1)  workloa-130   |   2.664 us    |  lock_vma_under_rcu(mm=0xff18f29982820000, address=0x8f00); /* <-do_user_addr_fault+0x1/0x2 ret=0x0 */",
        "   11.000003 |   0)  workloa-129   |               |  handle_mm_fault(vma=0xff18f2998282e300, address=0x7f00, flags=0x1255, regs=0x0) {",
        "   11.000004 |   0)  workloa-129   |               |    __vma_start_write(vma=0xff18f2998282e300, state=2) {",
        "   11.000005 |   0)  workloa-129   |   7.872 us    |    } /* __vma_start_write ret=-4 */",
        "   11.000006 |   0)  workloa-129   |               |    /* page_fault_user: address=0x7f00 ip=0x40 error_code=0x6 */",
        "   11.000007 |   0)  workloa-129   | # 7007.872 us |  } /* handle_mm_fault ret=0x400 */",
        "   11.000008 |   0)  workloa-129   |   0.872 us    |  vm_area_dup(orig=0xff18f2998282e300); /* ret=0xff18f2998282e400 */",
        "   11.000009 |   0)  workloa-129   |   0.872 us    |  __vma_start_write(vma=0xff18f2998282e400, mm_lock_seq=0x1); /* ret=0x11 */",
        "   11.000010 |   0)  workloa-129   |   0.872 us    |  vm_area_free(vma=0xff18f2998282e400);"));
    assertThat(read.shown(true)).containsExactly(
        "LOCK_VMA_UNDER_RCU 129 0 MM=ff18f29982820000 ADDRESS=7f00",
        "LOCK_VMA_UNDER_RCU 130 1 MM=ff18f29982820000 ADDRESS=8f00",
        "LOCK_VMA_UNDER_RCU_RET 129 0 VMA=ff18f2998282e300 MM=ff18f29982820000 ADDRESS=7f00",
        "HANDLE_MM_FAULT 129 0 ADDRESS=7f00 FLAGS=1255 VMA=ff18f2998282e300",
        "VMA_START_WRITE 129 0 VMA=ff18f2998282e300",
        "VMA_START_WRITE_RET 129 0 RET=fffffffffffffffc VMA=ff18f2998282e300",
        "PAGE_FAULT_USER 129 0 ADDRESS=7f00 FLAGS=6",
        "HANDLE_MM_FAULT_RET 129 0 RET=400 VMA=ff18f2998282e300 ADDRESS=7f00",
        "VM_AREA_DUP_RET 129 0 VMA=ff18f2998282e400 OTHER=ff18f2998282e300",
        "VMA_START_WRITE 129 0 VMA=ff18f2998282e400 MM_SEQ=1",
        "VMA_START_WRITE_RET 129 0 VMA=ff18f2998282e400 MM_SEQ=1",
        "VM_AREA_FREE 129 0 VMA=ff18f2998282e400",
        "LOCK_VMA_UNDER_RCU_RET 130 1 VMA=0 MM=ff18f29982820000 ADDRESS=8f00");
    EventBatch events = read.events();
    assertThat(events.isTimeLatest(2)).isTrue();
    assertThat(events.time(2)).isEqualTo(11_000_003_000L);
    assertThat(events.isTimeLatest(7)).isFalse();
  }

  @Test
  void shouldForgetCallsWhereEventsAreMissing() {
    Texts.Decoded read = Texts.decode(GRAPH, List.of(
        "   11.000003 |   0)  workloa-129   |               |  handle_mm_fault(vma=0xff18f2998282e300, address=0x7f00, flags=0x1255, regs=0x0) {",
        "CPU:0 [LOST 12 EVENTS]",
        "   11.000007 |   0)  workloa-129   | # 7007.872 us |  } /* handle_mm_fault ret=0x400 */"));
    assertThat(read.events().kind(1)).isEqualTo(MarkerEvents.LOST_EVENTS);
    assertThat(read.events().size()).isEqualTo(2);
  }

  @Test
  void shouldReadWhatIsInInterrupts() {
    Texts.Decoded read = Texts.decode(GRAPH, List.of(
        " 0)  a-1  =>  b-2 ",
        " 0)   ==========> |",
        " 0)               |  /* mmap_lock_released: mm=ff18f29982820000 memcg_id=1 write=false */",
        " 0)   <========== |",
        " 0)               |  /* mmap_lock_released: mm=ff18f29982820000 memcg_id=1 write=false */"));
    assertThat(read.events().inInterrupt(0)).isTrue();
    assertThat(read.events().inInterrupt(1)).isFalse();
    assertThat(read.events().task(1)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph-abstime-proc-tail-7.2.13", "graph-bare-6.18.15", "graph-latency"})
  void shouldCountEveryChangedLine(String name) throws IOException {
    List<String> lines = new ArrayList<>(Texts.resource(name));
    Random random = new Random(7);
    for (int n = 0; n < 800; n++) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      if (!line.isEmpty()) {
        int cut = random.nextInt(line.length());
        lines.set(at, random.nextBoolean() ? line.substring(0, cut) : line.substring(0, cut) + "0-|) ;{}".charAt(random.nextInt(8)) + line.substring(cut + 1));
      }
    }
    Texts.Decoded read = Texts.decode(GRAPH, lines); // which asserts that bytes and lines add up
    assertThat(read.stats().damaged()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"function-args-6.18.15, VM_AREA_FREE", "function-args-6.18.15, VMA_START_WRITE", "function-args-6.18.15, LOCK_VMA_UNDER_RCU", "function-args-6.18.15, EXIT_MMAP"})
  void shouldReadTheTracerFunction(String name, String kind) throws IOException {
    Texts.Decoded read = Texts.decode(Layout.COMMON, Texts.resource(name));
    assertThat(read.stats().damaged()).isZero();
    assertThat(EventKinds.all()).filteredOn(of -> of.name().equals(kind)).singleElement().satisfies(of -> assertThat(read.count(of)).isPositive());
  }

  @Test
  void shouldSayThatAFunctionWithoutArgumentsTellsNothing() {
    Texts.Decoded read = Texts.decode(Layout.COMMON, List.of(
        "        workload-143     [000] ...1.     9.017660: vm_area_free <-remove_vma",
        "        workload-143     [000] ...1.     9.017660: vm_area_free <-remove_vma (repeats: 3, last_ts:     9.017670)",
        "        workload-143     [000] ...1.     9.017660: vm_area_free(vma=0xff48a0dac1059800) <-remove_vma",
        "        workload-143     [000] ...1.     9.017660: do_mmap(file=0x0, addr=0x0) <-vm_mmap_pgoff"));
    assertThat(read.stats().ignored()).isEqualTo(2);
    assertThat(read.stats().decoded()).isEqualTo(1);
    assertThat(read.stats().unknownNames()).containsOnlyKeys("do_mmap");
    assertThat(read.stats().problems()).extracting(p -> p.stat()).containsExactly(ImportStat.LACKS_VALUES);
  }
}
