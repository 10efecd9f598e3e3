#!/bin/sh
# record-probes.sh OUT COMMAND...   records one program with every probe of CAPTURE.md (beside this script) that the kernel takes, and with its
# tracepoints, into OUT (text). Needs root, tracefs and x86-64. What the kernel refused goes to OUT.refused, how many events were lost to OUT.stats. The captures
# samples/clean-*-calls.txt.zst were recorded so, in a guest:
#     docs/record-probes.sh calls.txt ./workload calls 2 1     # workload: gcc -O1 -static -pthread -o workload samples/workload.c
set -eu
out=$1
shift
page=$(dirname "$0")/CAPTURE.md
[ -e /sys/kernel/tracing/trace ] || mount -t tracefs tracefs /sys/kernel/tracing
tracing=/sys/kernel/tracing
case $(uname -r) in
6.[4-9].* | 6.1[0-4].*) ours="6.4 to 6.14" also= ;;
6.1[5-9].*) ours="6.15 to 6.19" also="6.15 on" ;;
*) ours="7.0 on" also="6.15 on" ;;
esac
# The lines of the page that are for this kernel.
lines() {
	sed -n '/printed from the event rows/,/to here/s/^    //p' "$page" | while IFS= read -r line; do
		kernels=${line##*# }
		case $line in
		*"# "*) [ "$kernels" = "$ours" ] || [ "$kernels" = "$also" ] || continue ;;
		esac
		printf '%s\n' "$line" | sed 's/ *# [67]\..*//'
	done
}
eval "$(lines | grep '^VP*=')"
echo 0 > $tracing/tracing_on
echo > $tracing/dynamic_events
: > "$out.refused"
lines | grep '^[fpr]:' | sed "s|\$VP|$VP|;s|\$V|$V|" > "$out.lines"
while IFS= read -r line; do
	echo "$line" >> $tracing/dynamic_events 2> /dev/null || echo "$line" >> "$out.refused"
done < "$out.lines"
rm "$out.lines"
for event in vma mmap_lock exceptions maple_tree mmap lock/contention_begin lock/contention_end sched/sched_process_fork sched/sched_process_exec \
	sched/sched_process_exit sched/sched_switch task/task_newtask; do
	echo 1 > "$tracing/events/$event/enable"
done
for call in mmap munmap mprotect madvise brk clone clone3 execve mremap exit_group mlock munlock mbind ioctl; do
	for side in enter exit; do
		[ ! -e "$tracing/events/syscalls/sys_${side}_$call" ] || echo 1 > "$tracing/events/syscalls/sys_${side}_$call/enable"
	done
done
echo "${BUFFER_KB:-32768}" > $tracing/buffer_size_kb
echo 1 > $tracing/options/event-fork
echo 0 > $tracing/options/hash-ptr
echo > $tracing/trace
sh -c 'echo $$ > "$1/set_event_pid"; echo 1 > "$1/tracing_on"; shift; exec "$@"' sh $tracing "$@" || echo "record-probes.sh: the program failed" >&2
echo 0 > $tracing/tracing_on
echo > $tracing/set_event_pid
cat $tracing/trace > "$out"
cat $tracing/per_cpu/cpu*/stats > "$out.stats"
echo 0 > $tracing/events/enable
echo > $tracing/dynamic_events
