package io.vmatrace.parser.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records with return values, which no stock kernel of Debian's has: the formats are those of trace_entries.h of 6.18. */
class FunctionRecordsTest {
  private static final String COMMON =
      """
      format:
      \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
      \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
      \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
      \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

      """;
  private static final String ENTRY =
      "name: funcgraph_entry\nID: 11\n" + COMMON
          + """
          \tfield:unsigned long func;\toffset:8;\tsize:8;\tsigned:0;
          \tfield:unsigned int depth;\toffset:16;\tsize:4;\tsigned:0;
          \tfield:unsigned long args[];\toffset:24;\tsize:0;\tsigned:0;
          """;
  private static final String EXIT =
      "name: funcgraph_exit\nID: 10\n" + COMMON
          + """
          \tfield:unsigned long func;\toffset:8;\tsize:8;\tsigned:0;
          \tfield:unsigned long retval;\toffset:16;\tsize:8;\tsigned:0;
          \tfield:unsigned int depth;\toffset:24;\tsize:4;\tsigned:0;
          \tfield:unsigned int overrun;\toffset:28;\tsize:4;\tsigned:0;
          """;
  private static final long LOOK_UP = 0xffffffff81001004L;
  private static final long START_WRITE = 0xffffffff81002004L;
  private static final long ALLOC = 0xffffffff81003004L;
  private static final long OTHER = 0xffffffff81004004L;
  private static final String SYMBOLS =
      """
      ffffffff81001000 T lock_vma_under_rcu
      ffffffff81002000 T __vma_start_write
      ffffffff81003000 T vm_area_alloc
      ffffffff81004000 T schedule
      """;

  private final EventBatch batch = new EventBatch();
  private final ImportStats stats = new ImportStats();
  private RecordDecoder decoder = new RecordDecoder(Numbers.LITTLE_ENDIAN, EventNames.BUILT_IN);
  private int cpu;

  @BeforeEach
  void setUp() {
    begin("7.2.13");
  }

  private void begin(String release) {
    decoder = new RecordDecoder(Numbers.LITTLE_ENDIAN, EventNames.BUILT_IN);
    decoder.add(EventFormat.parse("ftrace", ENTRY));
    decoder.add(EventFormat.parse("ftrace", EXIT));
    byte[] symbols = SYMBOLS.getBytes(StandardCharsets.US_ASCII);
    decoder.functions().symbols(() -> KernelSymbols.of(symbols, 0, symbols.length), "");
    decoder.functions().release(release);
  }

  private void record(ByteBuffer record) {
    byte[] b = new byte[record.capacity()];
    record.get(0, b);
    decoder.decode(record(b, cpu, 1_000 + batch.size()), batch, stats);
  }

  private static ByteBuffer head(int bytes, int type, long function) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort((short) type).putShort((short) 0).putInt(77).putLong(function);
  }

  private void call(long function, int depth, long... args) {
    ByteBuffer record = head(24 + 8 * args.length, 11, function).putInt(depth).putInt(0);
    for (long arg : args) {
      record.putLong(arg);
    }
    record(record);
  }

  private void returned(long function, int depth, long retval) {
    record(head(32, 10, function).putLong(retval).putInt(depth).putInt(0));
  }

  private long pair() {
    FunctionReturns returns = new FunctionReturns(_ -> true);
    assertThat(returns.test(batch)).isTrue();
    return returns.withoutCall();
  }

  @Test
  void shouldGiveAReturnItsCallsArgumentsAlsoOnAnotherCpu() {
    call(LOOK_UP, 3, 0xff01, 0x7000, 0, 0, 0, 0);
    cpu = 1;
    returned(LOOK_UP, 3, 0xff0000000000cafeL);
    assertThat(pair()).isZero();
    assertThat(batch.kind(0)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU);
    assertThat(batch.value(0, Field.ADDRESS)).isEqualTo(0x7000);
    assertThat(batch.kind(1)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU_RET);
    assertThat(batch.cpu(1)).isEqualTo(1);
    assertThat(batch.value(1, Field.VMA)).isEqualTo(0xff0000000000cafeL);
    assertThat(batch.value(1, Field.MM)).isEqualTo(0xff01);
    assertThat(batch.value(1, Field.ADDRESS)).isEqualTo(0x7000);
    assertThat(stats.decoded()).isEqualTo(2);
  }

  @Test
  void shouldReadAnIntFromTheLowerHalf() {
    call(START_WRITE, 0, 0xff01, 0x1_0000_0002L, 0, 0, 0, 0);
    returned(START_WRITE, 0, 0xffff_fffcL);
    pair();
    assertThat(batch.has(0, Field.MM_SEQ)).as("a task state").isFalse();
    assertThat(batch.value(1, Field.RET)).isEqualTo(-4);
    assertThat(batch.value(1, Field.VMA)).isEqualTo(0xff01);
  }

  @ParameterizedTest
  @CsvSource(value = {"6.18.15, true", "NONE, false"}, nullValues = "NONE")
  void shouldKnowTheSignatureOfEarlierKernelsAndNoneOfUnknownOnes(String release, boolean known) {
    begin(release);
    call(START_WRITE, 0, 0xff01, 0x5_0000_0002L, 0, 0, 0, 0);
    returned(START_WRITE, 0, 0xff7f);
    pair();
    assertThat(batch.has(0, Field.MM_SEQ)).isEqualTo(known);
    assertThat(batch.value(0, Field.MM_SEQ)).isEqualTo(known ? 2 : 0);
    assertThat(batch.kind(1)).isEqualTo(WriteLockEvents.VMA_START_WRITE_RET);
    assertThat(batch.has(1, Field.RET)).as("a void function has left something in the register").isFalse();
  }

  @Test
  void shouldPassOverTheReturnAddressInFrontOfTheArguments() {
    call(LOOK_UP, 0, OTHER, 0xff01, 0x7000, 0, 0, 0, 0);
    call(LOOK_UP, 0, OTHER);
    assertThat(batch.value(0, Field.MM)).isEqualTo(0xff01);
    assertThat(batch.kind(1)).as("no arguments").isNotEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU);
    pair();
    assertThat(batch.kind(1)).isEqualTo(EventKind.UNKNOWN);
  }

  @Test
  void shouldKeepACallOfWhichOnlyTheReturnIsWanted() {
    call(ALLOC, 1, 0xff01, 0, 0, 0, 0, 0);
    returned(ALLOC, 1, 0xff0000000000cafeL);
    pair();
    assertThat(batch.kind(0)).isEqualTo(EventKind.UNKNOWN);
    assertThat(batch.kind(1)).isEqualTo(VmaEvents.VM_AREA_ALLOC_RET);
    assertThat(batch.value(1, Field.MM)).isEqualTo(0xff01);
  }

  @Test
  void shouldSayNothingOfAReturnWhoseCallIsLost() {
    returned(LOOK_UP, 0, 0);
    call(START_WRITE, 0, 0xff01, 2, 0, 0, 0, 0);
    batch.addMarker(MarkerEvents.LOST_EVENTS, 0, 0, batch.size(), 0);
    returned(START_WRITE, 0, 0);
    call(LOOK_UP, 5, 0xff01, 0x7000, 0, 0, 0, 0);
    returned(START_WRITE, 5, 0);
    assertThat(pair()).isEqualTo(3);
    assertThat(batch.kind(0)).isEqualTo(EventKind.UNKNOWN);
    assertThat(batch.kind(3)).isEqualTo(EventKind.UNKNOWN);
    assertThat(batch.kind(5)).isEqualTo(EventKind.UNKNOWN);
  }

  @Test
  void shouldCountAnotherFunctionsCallAsUnknown() {
    call(OTHER, 0);
    returned(OTHER, 0, 0);
    assertThat(stats.unknownNames()).containsOnlyKeys("funcgraph_entry").containsEntry("funcgraph_entry", 1L);
    assertThat(stats.ignored()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 15, 19, 23})
  void shouldTakeARecordThatIsTooShortForDamage(int bytes) {
    for (int type = 10; type <= 11; type++) {
      byte[] b = new byte[bytes];
      b[0] = (byte) type;
      decoder.decode(record(b, 0, 1_000), batch, stats);
      boolean whole = type == 11 && bytes >= 20;
      assertThat(batch.kind(batch.size() - 1)).isEqualTo(whole ? EventKind.UNKNOWN : MarkerEvents.DAMAGED);
      assertThat(decoder.text(b, 0, b.length)).contains("func=");
    }
    assertThat(stats.bytes()).isEqualTo(2L * bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 63, 64, 1_000, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void shouldTakeAnyDepth(int depth) {
    call(LOOK_UP, depth, 0xff01, 0x7000, 0, 0, 0, 0);
    returned(LOOK_UP, depth, 0);
    pair();
    assertThat(batch.kind(0)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU);
    assertThat(batch.kind(1)).isEqualTo(depth == 63 ? LookUpEvents.LOCK_VMA_UNDER_RCU_RET : EventKind.UNKNOWN);
  }

  private static RawRecord record(byte[] b, int cpu, long time) {
    RawRecord record = new RawRecord();
    record.b = b;
    record.to = b.length;
    record.framed = b.length;
    record.cpu = cpu;
    record.time = time;
    return record;
  }
}
