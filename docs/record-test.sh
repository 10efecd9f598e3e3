#!/bin/sh
# record-test.sh CAPTURE COMMAND...   records one run of a command into CAPTURE (.zst: compressed) with the tracepoints of this machine's kernel,
# and ends with the status of the command. Needs root, tracefs and, for .zst, zstd; uses a trace instance of its own and removes it.
# BUFFER_KB=... is the size of the ring buffer of each CPU: where it overflows, check says INCONCLUSIVE.
set -eu
capture=$1
shift
mkdir -p "$(dirname "$capture")"
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
instance=/sys/kernel/tracing/instances/vmatrace.$$
mkdir "$instance"
finish() {
	echo 0 > "$instance/tracing_on"
	echo > "$instance/set_event_pid"
	rmdir "$instance"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo 0 > "$instance/tracing_on"
echo "${BUFFER_KB:-65536}" > "$instance/buffer_size_kb"
echo 1 > "$instance/options/event-fork"
echo 0 > "$instance/options/hash-ptr"
for event in mmap_lock exceptions maple_tree mmap lock/contention_begin lock/contention_end sched/sched_switch \
	sched/sched_process_fork sched/sched_process_exec sched/sched_process_exit sched/sched_process_free task/task_newtask \
	syscalls/sys_enter_mmap syscalls/sys_exit_mmap syscalls/sys_enter_munmap syscalls/sys_exit_munmap \
	syscalls/sys_enter_mprotect syscalls/sys_exit_mprotect syscalls/sys_enter_madvise syscalls/sys_exit_madvise \
	syscalls/sys_enter_mremap syscalls/sys_exit_mremap syscalls/sys_enter_brk syscalls/sys_exit_brk; do
	if [ -e "$instance/events/$event/enable" ]; then
		echo 1 > "$instance/events/$event/enable"
	fi
done
status=0
instance=$instance sh -c 'echo $$ > "$instance/set_event_pid"; echo 1 > "$instance/tracing_on"; exec "$@"' sh "$@" || status=$?
echo 0 > "$instance/tracing_on"
case $capture in
*.zst) zstd -q -f -o "$capture" < "$instance/trace" ;;
*) cat "$instance/trace" > "$capture" ;;
esac
exit "$status"
