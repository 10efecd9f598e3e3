# Runs in a guest, as root: records while CPU 1 comes and goes. What is said is in a line for each recording, and the captures go home.
T=/sys/kernel/tracing O=/tmp/out ONLINE=/sys/devices/system/cpu/cpu1/online
cat > /loop.sh <<'L'
while :; do cat /dev/null | cat; done
L
# Begins to record, and waits until the command runs.
begin() {
	/vmatrace record "$@" -- sh /loop.sh 2> $O/err &
	recorder=$!
	while kill -0 $recorder 2>/dev/null && [ -z "$(cat $T/instances/*/set_event_pid 2>/dev/null)" ]; do usleep 100000; done
}
end() {
	wait $recorder
	echo "$1: status $?, left: $(ls $T/instances) $(grep -c vmatrace_ $T/dynamic_events) probes, says: $(tail -n 1 $O/err)" | tee -a $O/results
}
begin --duration 8s -o $O/goes.dat
for i in 1 2; do
	sleep 1; echo 0 > $ONLINE
	sleep 1; echo 1 > $ONLINE
done
sleep 1; echo 0 > $ONLINE
end goes
begin --duration 9s -o $O/away.dat
end away
begin --duration 12s -o $O/comes.dat
sleep 2; echo 1 > $ONLINE
end comes
