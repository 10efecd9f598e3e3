#!/bin/sh
# storm.sh [MMS [TASKS [VMAS]]]   prints a capture as no machine makes one, to see what vmatrace does with very many tasks, address spaces and VMAs: MMS address
# spaces (100000) that never end, in each of which a task stores VMAS VMAs (100) in its tree under the mmap_lock, one over the other, and TASKS
# tasks (10) have two page faults each that the mmap_lock serves. The defaults give 1,000,000 tasks, 10,000,000 VMAs and 20,300,000 events (2.5 GB):
#     docs/storm.sh | vmatrace check -
set -eu
awk -v mms="${1:-100000}" -v tasks="${2:-10}" -v vmas="${3:-100}" 'BEGIN {
	print "# tracer: nop\n#"
	vma = 0
	for (m = 0; m < mms; m++) {
		mm = sprintf("ff000000%08x", m * 64)
		for (t = 0; t < tasks; t++) {
			head = sprintf("  storm-%d [%03d] ..... ", 1000 + m * tasks + t, m % 2)
			if (t == 0) {
				lock(" write=true")
				for (v = 0; v < vmas; v++) event(sprintf("ma_write: mas_store_prealloc\tNode 0000000000000000 (0 18446744073709551615) range:139637976727552-139637976731647 piv (0) val ff110000%08x", 64 * vma++))
				event("mmap_lock_released: mm=" mm " memcg_id=1 write=true")
			}
			for (f = 0; f < 2; f++) {
				event("page_fault_user: address=0x7f0000000010 ip=0x401000 error_code=0x6")
				lock(" write=false")
				event("ma_read: mas_walk\tNode: 0000000000000000 (0 18446744073709551615) range: 139637976727568-139637976727568")
				event("mmap_lock_released: mm=" mm " memcg_id=1 write=false")
			}
		}
	}
}
function lock(how) {
	event("mmap_lock_start_locking: mm=" mm " memcg_id=1" how)
	event("mmap_lock_acquire_returned: mm=" mm " memcg_id=1" how " success=true")
}
function event(text) {
	micros++
	printf "%s%d.%06d: %s\n", head, 100 + int(micros / 1000000), micros % 1000000, text
}'
