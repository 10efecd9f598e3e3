#!/bin/sh
# compare-with-perf-script.sh PERF.DATA [RUNS]   times `perf script -i PERF.DATA`, `vmatrace check PERF.DATA` and `vmatrace events --format none PERF.DATA`
# in turn (3 times unless told), each run whole, start-up included, and prints the medians, their ratios, the processor time of each, and the largest
# resident sets (with GNU time).
# A capture of about ten million samples (1 GB; needs root; WORKLOAD is the program made of rig/workload.c, gcc -O1 -static -pthread):
#   perf record -q -e 'mmap_lock:*' -e 'exceptions:*' -e maple_tree:ma_write -c 1 -m 16M -o large.data WORKLOAD churn 4 54000
set -eu
capture=$1 runs=${2:-3}
vmatrace=$(dirname "$0")/../cli/vmatrace
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT

# Appends "milliseconds processor-milliseconds KiB" to a file.
timed() {
	name=$1
	shift
	/usr/bin/time -f '%e %U %S %M' -o "$times/one" "$@" >/dev/null 2>&1 || true # a verdict is an exit status too
	tail -n 1 "$times/one" | awk '{ print $1 * 1000, ($2 + $3) * 1000, $4 }' >> "$times/$name"
}

# The median of a column.
median() {
	sort -n -k "$2,$2" "$times/$1" | sed -n "$(((runs + 1) / 2))p" | cut -d ' ' -f "$2"
}

"$vmatrace" --version > /dev/null # built, and its AOT cache trained
cat "$capture" > /dev/null # in the page cache
i=0
while [ $i -lt "$runs" ]; do
	timed script perf script -i "$capture"
	timed check "$vmatrace" check "$capture"
	timed events "$vmatrace" events --format none "$capture"
	i=$((i + 1))
done
for name in script check events; do
	echo "$name: $(median $name 1) ms, $(median $name 2) ms of processors, $(sort -n -k 3,3 "$times/$name" | tail -n 1 | cut -d ' ' -f 3) KiB resident at most"
done
for name in check events; do
	awk "BEGIN { printf \"vmatrace $name is %.1f times as fast; it takes %.1f times less of the processors\\n\", \
		$(median script 1) / $(median $name 1), $(median script 2) / $(median $name 2) }"
done
