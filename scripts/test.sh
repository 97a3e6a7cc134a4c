#!/usr/bin/env bash
# Sets everything up and runs all tests; the last line is "N passed, N failed, N skipped". Usage: scripts/test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
scripts/pgvector.sh || echo "test: without PostgreSQL and pgvector the tests of the system's own server will be skipped" >&2
command -v npx >/dev/null || scripts/system-packages.sh nodejs npm || echo "test: without Node.js the tests of PostgreSQL as WebAssembly will be skipped" >&2

# The differential suite looks for differences as long as this; scripts/fuzz.sh runs it longer.
export PPLCNET_FUZZ_SECONDS=${PPLCNET_FUZZ_SECONDS:-$([ "${CI:-}" = true ] && echo 120 || echo 20)}
export PPLCNET_FUZZ_TRACE=${PPLCNET_FUZZ_TRACE:-$PWD/artifacts/fuzz}
rm -rf "$PPLCNET_FUZZ_TRACE"

log=artifacts/test.log
passed=0 failed=0 skipped=0 broken=0
: > "$log"
for project in tests/*/*.Tests.csproj; do
    name=$(basename "$project" .csproj)
    output=artifacts/$name.log
    printf '%s ' "$name"
    rc=0
    "tests/$(basename "$(dirname "$project")")/bin/Release/net10.0/PPLCNet.Vision.$name" -noColor > "$output" 2>&1 || rc=$?
    cat "$output" >> "$log"
    # xunit closes with: Total: N, Errors: N, Failed: N, Skipped: N, Not Run: N, Time: N s
    summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$output" | tail -n 1 || true)
    if [ -z "$summary" ]; then
        echo "ended without a summary (exit code $rc):"
        tail -n 30 "$output"
        grep -H . "$PPLCNET_FUZZ_TRACE"/* 2>/dev/null | sed -E 's|.*/([^:]+):([0-9]+).*|repeat with: scripts/fuzz.sh --only \1 --seed \2 --minutes 0|' || true
        broken=$((broken + 1))
        continue
    fi
    field() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<< "$summary"; }
    bad=$(($(field Errors) + $(field Failed)))
    echo "$summary" | sed -E 's/^ *//'
    if [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ]; then
        broken=$((broken + 1))
    fi
    [ "$rc" -eq 0 ] || grep -vE '^ *$' "$output" | grep -E -A 12 '\[FAIL\]' || tail -n 30 "$output"
    passed=$((passed + $(field Total) - bad - $(field Skipped)))
    failed=$((failed + bad))
    skipped=$((skipped + $(field Skipped)))
done
failed=$((failed + broken))
grep -hE '\[SKIP\]' -A 1 "$log" | grep -vE '\[SKIP\]|^--' | sed -E 's/^ +/skipped: /' | sort | uniq -c | sort -rn || true
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
