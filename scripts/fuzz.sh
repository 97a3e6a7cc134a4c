#!/usr/bin/env bash
# Looks for differences and unclear failures: the differential suite, as long as you like.
# Usage: scripts/fuzz.sh [--minutes N] [--seed S] [--only PROPERTY] [--all]
#   --minutes N   for all properties together (default 5); 0 checks one case each, which repeats a failure
#   --seed S      seed of the first case; the next case has the next seed (default: from the clock)
#   --only NAME   properties whose name holds NAME
#   --all         go on after a failure and list every kind of it
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=5 seed=$(($(date +%s) * 1000)) only="" all=""
while [ $# -gt 0 ]; do
    case "$1" in
        --minutes) minutes=${2:?--minutes takes a number}; shift 2 ;;
        --seed) seed=${2:?--seed takes a number}; shift 2 ;;
        --only) only=${2:?--only takes a name}; shift 2 ;;
        --all) all=1; shift ;;
        *) sed -n '2,7s/^# //p' "$0" >&2; exit 1 ;;
    esac
done

dotnet build tests/Differential -c Release -v quiet -nologo -clp:ErrorsOnly
mkdir -p artifacts
trace=artifacts/fuzz
rm -rf "$trace"
export PPLCNET_FUZZ_SEED=$seed PPLCNET_FUZZ_TRACE=$PWD/$trace PPLCNET_FUZZ_ONLY=$only PPLCNET_FUZZ_ALL=$all
PPLCNET_FUZZ_SECONDS=$(awk "BEGIN { print $minutes * 60 }")
export PPLCNET_FUZZ_SECONDS
if [ -n "$only" ]; then
    # How many properties share the time, nobody knows before the run: each of them gets the whole of it.
    export PPLCNET_FUZZ_EACH=$PPLCNET_FUZZ_SECONDS
fi

echo "fuzz: $minutes minutes, first seed $seed${only:+, properties named *$only*}"
rc=0
tests/Differential/bin/Release/net10.0/PPLCNet.Vision.Differential.Tests -noColor -showLiveOutput 2> artifacts/fuzz-errors.log | grep -vE ' (Discovering|Discovered|Starting|Finished):|PPLCNET_FUZZ_ONLY names|^ *$|\[SKIP\]' || rc=${PIPESTATUS[0]}
for file in "$trace"/*; do
    [ -f "$file" ] || continue
    echo "fuzz: the process ended (standard error: artifacts/fuzz-errors.log) during a case of $(basename "$file"); repeat with: scripts/fuzz.sh --only $(basename "$file") --seed $(tr -d ' \n' < "$file") --minutes 0"
    rc=1
done
exit "$rc"
