#!/bin/sh
# compare-with-peers.sh TRACE_DAT [RUNS]   times `trace-cmd report`, `vmatrace check` and `vmatrace events --format none` on the same file in turn (3 times unless told), each
# run whole, start-up included, and prints the medians, their ratio and the largest resident set (with GNU time).
set -eu
capture=$1 runs=${2:-3}
vmatrace=$(dirname "$0")/../cli/vmatrace
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT

timed() {
	name=$1
	shift
	begin=$(date +%s%N)
	"$@" >/dev/null 2>&1 || true # a verdict is an exit status too
	end=$(date +%s%N)
	echo $(((end - begin) / 1000000)) >> "$times/$name"
}

median() {
	sort -n "$times/$1" | sed -n "$(((runs + 1) / 2))p"
}

"$vmatrace" --version > /dev/null # built, and its AOT cache trained
cat "$capture" > /dev/null # in the page cache
i=0
while [ $i -lt "$runs" ]; do
	timed peer trace-cmd report -i "$capture"
	timed check "$vmatrace" check "$capture"
	timed events "$vmatrace" events --format none "$capture"
	i=$((i + 1))
done
peer=$(median peer) check=$(median check) events=$(median events)
echo "trace-cmd report $peer ms, vmatrace check $check ms: $((peer * 10 / check / 10)).$((peer * 10 / check % 10)) times as fast; events --format none $events ms: $((peer * 10 / events / 10)).$((peer * 10 / events % 10)) times"
if [ -x /usr/bin/time ]; then
	/usr/bin/time -f '%M KiB resident at most' "$vmatrace" check "$capture" 2>&1 >/dev/null | tail -n 1
fi
