# Runs in a guest, as root: records the same command twice to its end, and then kills recorders of it as the lines of /kills say:
# a number, a signal, a victim (recorder, command or both), and when, in thousandths of the time that the second recording took.
# What is left afterwards is said in a line for each, and what was recorded goes home.
T=/sys/kernel/tracing O=/tmp/out
# QEMU's emulation now and then runs half of an instruction that the other CPU is patching, which events are switched on and off by.
echo 0 > /sys/devices/system/cpu/cpu1/online
cat > /loop.sh <<'L'
i=0
while [ $i -lt 100 ]; do cat /dev/null; i=$((i + 1)); done
L

# What belongs to everybody, and to nobody of ours.
settings() {
	for name in tracing_on current_tracer trace_clock buffer_size_kb set_event_pid set_event trace_options set_ftrace_filter dynamic_events; do
		[ ! -e $T/$name ] || { echo "$name:"; cat $T/$name; }
	done
	echo instances: $(ls $T/instances)
	cat /proc/sys/kernel/ftrace_enabled /proc/sys/kernel/perf_event_paranoid
}
now() {
	read -r seconds rest < /proc/uptime
	echo $((${seconds%.*} * 1000 + 1${seconds#*.} * 10 - 1000))
}
commands() {
	for child in $(cat /proc/$1/task/*/children 2>/dev/null); do
		! tr '\0' ' ' < /proc/$child/cmdline 2>/dev/null | grep -q '^sh /loop.sh' || echo $child
	done
}
recorder() {
	exec /usr/bin/env --default-signal=INT /vmatrace record -o "$1" -- sh /loop.sh
}
state() {
	echo "$(ls $T/instances | wc -l) instances and $(grep -c vmatrace_ $T/dynamic_events) probes"
}

settings > /tmp/before
recorder $O/first.dat 2> $O/first.err & # the first one takes longer
wait $!
began=$(now)
recorder $O/whole.dat 2> $O/whole.err &
wait $!
status=$?
whole=$(($(now) - began))
echo "whole recording: $whole ms, status $status" | tee $O/results
while read -r number signal victim thousandths; do
	recorder $O/kill$number.dat 2> $O/kill$number.err &
	recorder=$!
	if [ $victim = command ]; then # which is there for a third of the time
		while kill -0 $recorder 2>/dev/null && [ -z "$(commands $recorder)" ]; do usleep 20000; done
		thousandths=$((thousandths / 3))
	fi
	usleep $((whole * thousandths))
	commands=$(commands $recorder)
	at=$(state)
	case $victim in
		recorder) kill -$signal $recorder ;;
		command) kill -$signal $commands ;;
		both) kill -$signal $recorder $commands ;;
	esac 2>/dev/null
	wait $recorder
	status=$?
	[ -z "$commands" ] || kill -9 $commands 2>/dev/null
	tries=0
	until settings > /tmp/after && cmp -s /tmp/before /tmp/after && [ -z "$(ls -d $O/*.part 2>/dev/null)" ] || [ $tries = 300 ]; do
		usleep 200000
		tries=$((tries + 1))
	done
	if cmp -s /tmp/before /tmp/after; then left=nothing; else left="something: $(diff /tmp/before /tmp/after | tr '\n' ' ')"; fi
	[ -z "$(ls -d $O/*.part 2>/dev/null)" ] || left="$left and $(ls -d $O/*.part)"
	[ -z "$(ps | grep '[v]matrace-watcher')" ] || left="$left and a watcher"
	echo "kill $number, $signal of $victim, status $status, at $thousandths: $at, says: $(tail -n 1 $O/kill$number.err); left: $left" >> $O/results
	tail -1 $O/results
done < /kills
