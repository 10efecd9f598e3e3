package io.vmatrace.parser.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the lines which kernels print by default are read by the reader that is made for them: others read them too, and far slower. */
class UsualLinesTest {
  @ParameterizedTest
  @ValueSource(strings = {
    "page_fault_user: address=0x7fafe955e000 ip=0x40166f error_code=0x6",
    "mmap_lock_start_locking: mm=00000000d420d4d8 memcg_id=3038 write=true",
    "mmap_lock_acquire_returned: mm=ff3f3d244105b700 memcg_path=/ write=false success=true",
    "mmap_lock_released: mm=00000000d420d4d8 memcg_id=3038 write=false",
    "ma_write: mas_store_prealloc\tNode 00000000b7f9a1ca (398958592 140393535963135) range:140393510719488-140393510735871 piv (0) val 00000000364bdd2d",
    "ma_write: mas_is_span_wr\tNode 00000000ff24c631 (0 18446744073709551615) range:140393510719488-140393510785023 piv (140393510785023) val 0000000000000000"
  })
  void shouldReadWhatKernelsPrint(String text) {
    byte[] bytes = Arrays.copyOf((text + "\n").getBytes(StandardCharsets.US_ASCII), text.length() + FixedColumns.AHEAD);
    var kind = Objects.requireNonNull(UsualLines.kind(bytes, 0));
    var batch = new EventBatch();
    batch.add(kind, new EventHead());
    assertThat(UsualLines.values(kind, bytes, 0, bytes.length, batch)).isEqualTo(text.length());
    assertThat(batch.lastHas(kind.mandatory())).isTrue();
  }
}
