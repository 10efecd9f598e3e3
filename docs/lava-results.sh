#!/bin/sh
# lava-results.sh FILE   reports the tests in vmatrace's KTAP to LAVA, each as one of its test cases: pass, fail or skip. With several captures their
# names go before the rules'.
set -eu
awk '
	/^  (not )?ok / { name[++n] = $1 == "ok" ? $3 : $4; result[n] = /^  not/ ? "fail" : / # SKIP/ ? "skip" : "pass" }
	/^1\.\./ { several = substr($0, 4) > 1 }
	/^(not )?ok / {
		capture = $0
		sub(/^(not )?ok [0-9]+ /, "", capture)
		sub(/ # .*/, "", capture)
		gsub(/[^A-Za-z0-9._-]/, "_", capture)
		for (i = 1; i <= n; i++) print (several ? capture "." : "") name[i], result[i]
		n = 0
	}' "$1" | while read -r name result; do
	lava-test-case "$name" --result "$result"
done
