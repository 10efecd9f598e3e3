#!/bin/sh
# compare.sh PEER CAPTURE [RUNS]   times a PEER, `vmatrace check` and `vmatrace events --format none` on the same CAPTURE in turn, each run whole, start-up
# included, and prints the medians, the processor time of each, the largest resident sets, and how they compare (needs GNU time). PEER is
#   wc          wc -l CAPTURE; 9 runs unless told
#   trace-cmd   trace-cmd report -i CAPTURE; 3 runs unless told
#   perf        perf script -i CAPTURE; 3 runs unless told
#   stats       vmatrace stats CAPTURE; 9 runs unless told
#   floor       floor.c, made with gcc: a C decoder of ftrace text on two threads; 9 runs unless told
# compare.sh slope SMALL LARGE [RUNS]   times `vmatrace check` on two captures of one kind (9 runs unless told): the fixed cost, and what an event costs.
set -eu
vmatrace=$(dirname "$0")/../cli/vmatrace
usage() {
	sed -n '2,/^set/s/^# //p' "$0" >&2
	exit 2
}

[ $# -ge 2 ] || usage
case $1 in
wc) peer='wc -l' runs=9 ;;
trace-cmd) peer='trace-cmd report -i' runs=3 ;;
perf) peer='perf script -i' runs=3 ;;
stats) peer="$vmatrace stats" runs=9 ;;
floor | slope) runs=9 ;;
*) usage ;;
esac
what=$1
[ "$what" != slope ] || { [ $# -ge 3 ] || usage; small=$2; shift; }
capture=$2 runs=${3:-$runs}
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ "$what" != floor ] || { gcc -O2 -pthread -o "$times/floor" "$(dirname "$0")/floor.c"; peer=$times/floor; }

# Appends "milliseconds processor-milliseconds KiB" to a file.
timed() {
	name=$1
	shift
	begin=$(date +%s%N)
	/usr/bin/time -f '%U %S %M' -o "$times/one" "$@" > /dev/null 2>&1 || true # a verdict is an exit status too
	end=$(date +%s%N)
	tail -n 1 "$times/one" | awk "{ printf \"%.1f %d %d\\n\", ($end - $begin) / 1000000, (\$1 + \$2) * 1000, \$3 }" >> "$times/$name"
}

# The median of a column.
median() {
	sort -n -k "$2,$2" "$times/$1" | sed -n "$(((runs + 1) / 2))p" | cut -d ' ' -f "$2"
}

# The events of a capture.
events() {
	"$vmatrace" info --format json "$1" | sed -n 's/.*"events" : \([0-9]*\).*/\1/p' | head -n 1
}

"$vmatrace" --version > /dev/null # built, and its AOT cache trained
if [ "$what" = slope ]; then
	i=0
	while [ $i -lt "$runs" ]; do
		timed small "$vmatrace" check "$small"
		timed large "$vmatrace" check "$capture"
		i=$((i + 1))
	done
	awk "BEGIN {
		less = $(events "$small"); more = $(events "$capture")
		wall = ($(median large 1) - $(median small 1)) * 1e6 / (more - less); cpu = ($(median large 2) - $(median small 2)) * 1e6 / (more - less)
		printf \"%d and %d events: %.2f s fixed, %.2f s of processors; an event %.0f ns, %.0f ns of processors\n\", less, more,
			$(median small 1) / 1000 - wall * less / 1e9, $(median small 2) / 1000 - cpu * less / 1e9, wall, cpu
	}"
	exit
fi
$peer "$capture" > /dev/null      # can be read, and is in the page cache
i=0
while [ $i -lt "$runs" ]; do
	timed peer $peer "$capture"
	timed check "$vmatrace" check "$capture"
	timed events "$vmatrace" events --format none "$capture"
	i=$((i + 1))
done
for name in peer check events; do
	echo "$name: $(median $name 1) ms, $(median $name 2) ms of processors, $(sort -n -k 3,3 "$times/$name" | tail -n 1 | cut -d ' ' -f 3) KiB resident at most"
done
for name in check events; do
	awk "BEGIN {
		peer = $(median peer 1); own = $(median $name 1)
		if (own > peer) printf \"vmatrace $name takes %.1f times as long as $1\\n\", own / peer
		else printf \"vmatrace $name is %.1f times as fast as $1\\n\", peer / own
	}"
done
