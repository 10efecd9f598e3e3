#!/bin/sh
# record-programs.sh OUT [NAME...]   records real programs, each into OUT/NAME.txt.zst, with the tracepoints of this machine's kernel: all system
# calls, the mmap_lock, page faults, maple trees and the scheduler. Needs root, tracefs and zstd; uses an instance of its own and removes it. Programs
# that this machine lacks are left out. FaultSubsetsTest takes events out of these recordings and compares what is said of each fault:
#     docs/record-programs.sh /tmp/recordings && mvn test -pl checker -am -Dtest=FaultSubsetsTest -Dvmatrace.recordings=/tmp/recordings
# More settings: BUFFER_KB=… (a small one loses events), OPTIONS="nooverwrite noannotate …" (trace options), CLOCK=mono,
# FILTER="mmap_lock:write==1" (event:filter), EVENTS="mmap_lock exceptions" (what is recorded), FORMAT=dat (a trace.dat by trace-cmd extract).
set -eu
out=$1
shift
mkdir -p "$out"
scratch=$(mktemp -d)
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
instance=/sys/kernel/tracing/instances/vmatrace.$$
mkdir "$instance"
finish() {
	echo 0 > "$instance/tracing_on"
	echo > "$instance/set_event_pid"
	rmdir "$instance"
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo 0 > "$instance/tracing_on"
echo "${BUFFER_KB:-200000}" > "$instance/buffer_size_kb"
echo 1 > "$instance/options/event-fork"
echo 0 > "$instance/options/hash-ptr"
echo "${CLOCK:-local}" > "$instance/trace_clock"
for option in ${OPTIONS:-}; do
	echo "$option" > "$instance/trace_options"
done
for event in ${EVENTS:-mmap_lock exceptions maple_tree mmap syscalls raw_syscalls sched/sched_switch sched/sched_process_fork \
	sched/sched_process_exec sched/sched_process_exit sched/sched_process_free task/task_newtask}; do
	if [ -e "$instance/events/$event/enable" ]; then
		echo 1 > "$instance/events/$event/enable"
	fi
done
if [ -n "${FILTER:-}" ]; then
	echo "${FILTER#*:}" > "$instance/events/${FILTER%%:*}/filter"
fi

has() {
	command -v "$1" > /dev/null
}

# record NAME COMMAND...: unless names were asked for and NAME is none of them.
record() {
	name=$1
	shift
	case " $wanted " in
	"  " | *" $name "*) ;;
	*) return 0 ;;
	esac
	has "$1" || return 0
	echo > "$instance/trace"
	(
		cd "$scratch"
		timeout 60 sh -c 'echo $$ > "$1/set_event_pid"; echo 1 > "$1/tracing_on"; shift; exec "$@"' sh "$instance" "$@" > /dev/null 2>&1
	) || true
	echo 0 > "$instance/tracing_on"
	echo > "$instance/set_event_pid"
	if [ "${FORMAT:-text}" = dat ]; then
		trace-cmd extract -B "${instance##*/}" -o "$out/$name.dat" > /dev/null
	else
		zstd -q -f -T1 -9 -o "$out/$name.txt.zst" < "$instance/trace"
	fi
	echo "$name"
}

# stress NAME ARGUMENTS...: a stressor of stress-ng, briefly.
stress() {
	name=$1
	shift
	record "stress-$name" stress-ng --no-rand-seed --temp-path "$scratch" "$@"
}

sources() {
	mkdir -p "$scratch/src"
	for i in 1 2 3 4; do
		printf 'class A%s { static int f(int x) { return x < 2 ? x : f(x - 1) + f(x - 2); }\n  public static void main(String[] a) { System.out.println(f(20)); } }\n' "$i" \
			> "$scratch/src/A$i.java"
		printf '#include <stdio.h>\nint f%s(int x) { return x * %s; }\nint main(void) { return printf("%%d", f%s(2)) < 0; }\n' "$i" "$i" "$i" > "$scratch/src/a$i.c"
	done
	head -c 3000000 /dev/urandom | od -x > "$scratch/src/data.txt"
}

wanted=$*
sources
java=java
record javac javac -d classes src/A1.java src/A2.java src/A3.java src/A4.java
record java $java src/A1.java
record jvm-parallel-gc $java -XX:+UseParallelGC -Xmx64m -version
record jvm-g1 $java -XX:+UseG1GC -Xmx256m src/A2.java
record gcc gcc -O2 -o a1 src/a1.c
record gcc-link gcc -O1 -static -o a2 src/a2.c src/a1.c -Wl,-z,muldefs
record git-init sh -c 'git init -q repo && cd repo && cp ../src/*.c . && git add . && git -c user.name=a -c user.email=a@b commit -qm one && git log -p'
record git-gc sh -c 'cd repo && git gc -q && git fsck'
record perl perl -e 'my %h; $h{$_ % 5000} .= "x" x ($_ % 90) for 1 .. 60000; fork // die; print scalar keys %h'
record python python3 -c 'import json, re, hashlib; a = [json.loads(json.dumps({"k": i, "v": "x" * (i % 99)})) for i in range(9000)]; print(len(a))'
record python-threads python3 -c 'import threading
def f():
    for i in range(200): bytearray(300000)
ts = [threading.Thread(target=f) for _ in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]'
record python-fork python3 -c 'import os, sys
for i in range(30):
    if os.fork() == 0:
        b = bytearray(2000000); os._exit(0)
    os.wait()'
record sqlite python3 -c 'import sqlite3
c = sqlite3.connect("s.db"); c.execute("pragma mmap_size=9000000"); c.execute("create table t(a integer primary key, b text)")
c.executemany("insert into t(b) values (?)", (("row %d" % i * 9,) for i in range(20000))); c.commit()
print(c.execute("select count(*) from t where b like ?", ("%99%",)).fetchall()); c.execute("vacuum")'
record tar-xz sh -c 'tar cf - src | xz -1 -T2 > src.tar.xz && xz -dc src.tar.xz | tar tf -'
record gzip sh -c 'gzip -c src/data.txt | gzip -dc | wc -c'
record sort sh -c 'sort -S 8M --parallel=2 src/data.txt | uniq -c | sort -rn | head'
record find-grep sh -c 'find /usr/share/doc -maxdepth 2 | head -300 | xargs ls -l | grep -c root'
record shell bash -c 'for i in $(seq 60); do x=$(echo $i | sed s/1/2/); [ -n "$x" ]; done'
record awk awk '{ n[$2]++ } END { for (k in n) s += n[k]; print s }' src/data.txt
record openssl openssl speed -seconds 1 -bytes 1024 sha256
record redis sh -c 'redis-server --port 7399 --save "" --dir . --daemonize no & p=$!; sleep 0.5; redis-benchmark -p 7399 -n 400 -c 8 -q; redis-cli -p 7399 bgsave; sleep 0.5; kill $p; wait'
record sqlite3 sqlite3 t.db 'create table t(a); with recursive c(x) as (select 1 union all select x+1 from c where x<50000) insert into t select x from c; select sum(a) from t;'
stress mmap --mmap 2 --mmap-bytes 8M --mmap-ops 30
stress mremap --mremap 2 --mremap-bytes 4M --mremap-ops 20
stress fork --fork 2 --fork-ops 200
stress vfork --vfork 2 --vfork-ops 200
stress fault --fault 2 --fault-ops 400
stress userfaultfd --userfaultfd 2 --userfaultfd-bytes 1M --userfaultfd-ops 300
stress brk --brk 2 --brk-ops 3000
stress stack --stack 2 --stack-ops 3
stress stackmmap --stackmmap 2 --stackmmap-ops 10
stress mlock --mlock 2 --mlock-ops 500
stress madvise --madvise 2 --madvise-ops 10
stress mprotect --mprotect 2 --mprotect-ops 300
stress mmapfork --mmapfork 2 --mmapfork-ops 4 --mmapfork-bytes 4M
stress mmapaddr --mmapaddr 2 --mmapaddr-ops 500
stress mmapfixed --mmapfixed 2 --mmapfixed-ops 3
stress mmapmany --mmapmany 1 --mmapmany-ops 800
stress munmap --munmap 2 --munmap-ops 10
stress msync --msync 2 --msync-bytes 1M --msync-ops 400
stress mincore --mincore 2 --mincore-ops 300
stress malloc --malloc 2 --malloc-ops 2000 --malloc-bytes 16M
stress bigheap --bigheap 2 --bigheap-ops 500 --bigheap-bytes 32M
stress clone --clone 2 --clone-ops 300
stress pthread --pthread 2 --pthread-ops 300
stress exec --exec 2 --exec-ops 20
stress futex --futex 2 --futex-ops 3000
stress shm --shm 2 --shm-ops 10 --shm-bytes 2M
stress memfd --memfd 2 --memfd-ops 10 --memfd-bytes 4M
stress vm --vm 2 --vm-bytes 8M --vm-ops 3000
stress sigsegv --sigsegv 2 --sigsegv-ops 500
stress remap --remap 2 --remap-ops 20
stress vma --vma 2 --vma-ops 800
stress tmpfs --tmpfs 1 --tmpfs-ops 20
stress zombie --zombie 1 --zombie-ops 100
