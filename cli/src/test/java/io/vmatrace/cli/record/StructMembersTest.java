package io.vmatrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The BTF of the kernel that runs here. */
class StructMembersTest {
  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final Set<String> STRUCTS = Set.of("vm_area_struct", "mm_struct");

  private static byte[] btf() throws IOException {
    assumeTrue(Files.isReadable(BTF), "this kernel has no BTF that can be read here");
    return Files.readAllBytes(BTF);
  }

  /** Whatever the configuration: vm_start, vm_end and vm_mm are the first three, in unnamed unions and structs (include/linux/mm_types.h since 6.1). */
  @Test
  void shouldFindMembersOfUnnamedStructs() throws Exception {
    Map<String, Integer> members = StructMembers.read(btf(), STRUCTS);
    assertThat(members).containsEntry("vm_area_struct.vm_start", 0).containsEntry("vm_area_struct.vm_end", 8).containsEntry("vm_area_struct.vm_mm", 16);
    assertThat(members.keySet()).contains("mm_struct.mm_count", "mm_struct.mmap_lock", "mm_struct.pgd").allMatch(name -> name.startsWith("vm_area_struct.") || name.startsWith("mm_struct."));
    assertThat(StructMembers.of(STRUCTS)).isEqualTo(members);
    assertThat(StructMembers.read(btf(), Set.of("no_such_struct"))).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoWholeBtf() throws Exception {
    byte[] btf = btf();
    for (int length : new int[] {0, 1, 23, 24, 1_000, btf.length / 2}) {
      assertThatThrownBy(() -> StructMembers.read(Arrays.copyOf(btf, length), STRUCTS)).as("%d bytes", length).isInstanceOf(IOException.class);
    }
    btf[0]++;
    assertThatThrownBy(() -> StructMembers.read(btf, STRUCTS)).isInstanceOf(IOException.class).hasMessageContaining("no BTF");
  }
}
