#!/bin/sh
# record-large.sh WORKLOAD OUT [THREADS] [ITERATIONS]   records a large capture (about 350 MB with the defaults) of `WORKLOAD churn` with the
# tracepoints of this machine's kernel. Needs root and tracefs; uses an instance of its own and removes it. WORKLOAD is the program made of
# samples/workload.c (gcc -O1 -static -pthread).
set -eu
workload=$1 out=$2 threads=${3:-4} iterations=${4:-12000}
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
instance=/sys/kernel/tracing/instances/vmatrace.$$
mkdir "$instance"
trap 'echo 0 > "$instance/tracing_on"; echo > "$instance/set_event_pid"; rmdir "$instance"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo 0 > "$instance/tracing_on"
echo 400000 > "$instance/buffer_size_kb"
echo 1 > "$instance/options/event-fork"
for event in mmap_lock exceptions maple_tree mmap lock/contention_begin lock/contention_end \
	sched/sched_process_fork sched/sched_process_exec sched/sched_process_exit task/task_newtask; do
	[ -e "$instance/events/$event/enable" ] && echo 1 > "$instance/events/$event/enable"
done
for call in mmap munmap mprotect madvise brk clone clone3 execve mremap exit_group; do
	for side in enter exit; do
		event=$instance/events/syscalls/sys_${side}_$call/enable
		[ -e "$event" ] && echo 1 > "$event"
	done
done
sh -c 'echo $$ > "$1/set_event_pid"; echo 1 > "$1/tracing_on"; shift; exec "$@"' sh "$instance" "$workload" churn "$threads" "$iterations"
echo 0 > "$instance/tracing_on"
cat "$instance/trace" > "$out"
