#!/bin/sh
# record-trace-dat.sh WORKLOAD OUT [THREADS] [ITERATIONS]   records a trace.dat of about ten million events (470 MB with the defaults) of
# `WORKLOAD churn` with the tracepoints of this machine's kernel. Needs root, tracefs and trace-cmd; uses an instance of its own, which
# trace-cmd removes when it has extracted it. WORKLOAD is the program made of rig/workload.c (gcc -O1 -static -pthread).
set -eu
workload=$1 out=$2 threads=${3:-4} iterations=${4:-56000}
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
name=vmatrace.$$
instance=/sys/kernel/tracing/instances/$name
mkdir "$instance"
trap '[ ! -d "$instance" ] || rmdir "$instance"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo 0 > "$instance/tracing_on"
echo 700000 > "$instance/buffer_size_kb"
echo 1 > "$instance/options/event-fork"
for event in mmap_lock exceptions maple_tree; do
	echo 1 > "$instance/events/$event/enable"
done
sh -c 'echo $$ > "$1/set_event_pid"; echo 1 > "$1/tracing_on"; shift; exec "$@"' sh "$instance" "$workload" churn "$threads" "$iterations"
echo 0 > "$instance/tracing_on"
echo > "$instance/set_event_pid"
trace-cmd extract -B "$name" -o "$out" --compression none
