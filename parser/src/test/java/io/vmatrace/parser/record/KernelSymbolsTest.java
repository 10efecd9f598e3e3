package io.vmatrace.parser.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSymbolsTest {
  private static final String TEXT =
      """
      0000000000000000 A fixed_percpu_data
      ffffffffa1052b00 T another
      ffffffffa1052800 T lock_vma_under_rcu
      ffffffffa10526f0 T __vma_start_write
      ffffffffa10527f0 T __pfx_lock_vma_under_rcu
      ffffffffa1060000 t vma_link.isra.0
      ffffffffa1061000 t vma_link
      ffffffffa1061000 t an_alias
      ffffffffa1062000 d handle_mm_fault
      ffffffffc0a41010 t vma_link\t[a_module]
      ffffffffc0a41020 t next\t[a_module]
      """;

  private static KernelSymbols symbols(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return KernelSymbols.of(bytes, 0, bytes.length);
  }

  private static EventKind at(KernelSymbols symbols, long address) {
    int function = symbols.find(address);
    return function < 0 ? EventKind.UNKNOWN : symbols.entered(function);
  }

  @Test
  void shouldTakeAFunctionToReachToTheNextSymbol() {
    KernelSymbols symbols = symbols(TEXT);
    assertThat(at(symbols, 0xffffffffa10526efL)).isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, 0xffffffffa10526f4L)).isEqualTo(WriteLockEvents.VMA_START_WRITE);
    assertThat(at(symbols, 0xffffffffa10527f0L)).isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, 0xffffffffa1052800L)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU);
    assertThat(at(symbols, 0xffffffffa1052affL)).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU);
    assertThat(at(symbols, 0xffffffffa1052b00L)).isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, 0)).isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, -1)).isEqualTo(EventKind.UNKNOWN);
  }

  @Test
  void shouldTakeNamesAsTheTextDoes() {
    KernelSymbols symbols = symbols(TEXT);
    assertThat(at(symbols, 0xffffffffa1060004L)).as("what the compiler made of a function").isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, 0xffffffffa1061004L)).as("with another name for it").isEqualTo(VmaEvents.VMA_LINK);
    assertThat(at(symbols, 0xffffffffa1062004L)).as("data").isEqualTo(EventKind.UNKNOWN);
    assertThat(at(symbols, 0xffffffffc0a41014L)).as("a function of the same name").isEqualTo(VmaEvents.VMA_LINK);
    assertThat(symbols.left(symbols.find(0xffffffffa1052800L))).isEqualTo(LookUpEvents.LOCK_VMA_UNDER_RCU_RET);
  }

  @Test
  void shouldTellHiddenAddressesFromNone() {
    assertThat(symbols("0000000000000000 T vma_link\n").isHidden()).isTrue();
    assertThat(symbols(TEXT).isHidden()).isFalse();
    assertThat(symbols("").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "ff", "ffffffffa1061000", "ffffffffa1061000 ", "ffffffffa1061000 t", "ffffffffa1061000 t ", "x t vma_link", "\0\0\0"})
  void shouldPassOverWhatIsNoSymbol(String line) {
    KernelSymbols symbols = symbols(line);
    assertThat(symbols.find(0xffffffffa1061000L)).isNegative();
    assertThat(at(symbols(line + "\n" + TEXT), 0xffffffffa1061000L)).isEqualTo(VmaEvents.VMA_LINK);
  }
}
