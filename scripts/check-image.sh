#!/usr/bin/env bash
# What deploy/Dockerfile does, without a container engine: publishes as it says, then starts the server as its user, with a read-only
# root, its variables and its command, and runs its health check. Needs root (for the user and the mounts) and a Release build.
# Usage: scripts/check-image.sh   Exit code 77: skipped, with the reason.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "check-image: skipped: $*"; exit 77; }
die() { echo "check-image: $*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || skip "only root can take another user and mount"
for program in unshare setpriv dotnet; do
    command -v "$program" >/dev/null || skip "there is no $program here"
done
unshare --mount mount -o remount,bind,ro / 2>/dev/null || skip "no read-only mounts here"
[ -f src/Cli/bin/Release/net10.0/PPLCNet.Vision.Server.dll ] || skip "there is no Release build; run scripts/setup.sh"

file=deploy/Dockerfile
user=1654 # APP_UID of the base image
work=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
chmod 755 "$work"

# An instruction in exec form, such as CMD ["a", "b"], as words one a line.
words() { grep -E "^$1 " "$file" | grep -oE '"[^"]*"' | tr -d '"'; }
mapfile -t entry < <(words ENTRYPOINT)
mapfile -t command < <(words CMD)
mapfile -t health < <(words HEALTHCHECK)
mapfile -t variables < <(grep -E '^ENV ' "$file" | cut -d' ' -f2- | tr ' ' '\n')
mapfile -t steps < <(sed '/^FROM .*aspnet/,$d' "$file" | grep -E '^RUN ' | cut -d' ' -f2-)
[ ${#steps[@]} -gt 0 ] && [ ${#entry[@]} -gt 0 ] && [ ${#command[@]} -gt 0 ] && [ ${#health[@]} -gt 0 ] || die "$file: a line is missing"

for step in "${steps[@]}"; do
    step=${step//\/app/$work\/app}
    [[ $step != "dotnet publish"* ]] || step+=" --no-build -v quiet -nologo"
    bash -c "$step" > "$work/step.log" 2>&1 || die "$step: $(tail -n 5 "$work/step.log")"
done
for model in models/*.onnx models/*.safetensors models/catalog.json; do
    [ -f "$work/app/$model" ] || die "$model is not in what is published"
done
if missing=$(find "$work/app" -name '*.so' -path '*linux-x64*' -exec ldd {} + 2>/dev/null | grep 'not found'); then
    die "native libraries miss: $missing"
fi
chmod -R a-w,a+rX "$work/app"
mkdir "$work/data"
chown "$user" "$work/data"

# In the image, the folders are /app and /data; here they lie below the temporary folder, and the port is a free one.
here() { local word; for word in "$@"; do word=${word/#\/app/$work\/app}; printf '%s\n' "${word/#\/data/$work\/data}"; done; }
mapfile -t entry < <(here "${entry[@]}")
mapfile -t command < <(here "${command[@]}")
mapfile -t health < <(here "${health[@]}")
port=$((20000 + RANDOM % 10000))

# Everything is read-only but the data, as that user, without capabilities.
cat > "$work/contain" <<'SH'
mount --bind "$WORK/data" "$WORK/data" && mount -o remount,bind,ro /
cd "$WORK/data" && exec setpriv --reuid "$APP_UID" --regid "$APP_UID" --clear-groups --bounding-set=-all --no-new-privs "$@"
SH
inside=(env -i PATH="$PATH" WORK="$work" APP_UID="$user" DOTNET_ROOT="$(dirname "$(readlink -f "$(command -v dotnet)")")"
    "${variables[@]}" unshare --mount bash "$work/contain")
contained() { "${inside[@]}" "$@"; }
contained touch "$work/app/x" 2>/dev/null && die "the published folder can be written to"
contained touch /tmp/check-image 2>/dev/null && die "the root can be written to"
contained touch "$work/data/x" || die "the data folder cannot be written to"
contained "${health[@]}" "http://127.0.0.1:$port" > "$work/health" 2>&1 && die "the health check succeeds without a server"

"${inside[@]}" "${entry[@]}" "${command[@]}" --port "$port" > "$work/out" 2> "$work/err" & # no function: it would be a shell of its own
server=$!
end=$((SECONDS + 180))
until contained "${health[@]}" "http://127.0.0.1:$port" > "$work/health" 2>&1; do
    kill -0 "$server" 2>/dev/null || die "the server ended: $(tail -n 5 "$work/err")"
    [ "$SECONDS" -lt "$end" ] || die "not ready after 180 s: $(cat "$work/health") $(tail -n 5 "$work/err")"
    sleep 0.3
done
[ "$(stat -c %u "/proc/$server")" -eq "$user" ] || die "the server runs as user $(stat -c %u "/proc/$server")"

# It answers, it writes galleries into the data, and SIGTERM ends it with 0: it is the process that the engine signals.
url=http://127.0.0.1:$port
curl -fsS --data-binary @samples/cat.jpg "$url/v1/detect" | grep -q '"detections"' || die "no answer to an image"
curl -fsS -X PUT "$url/v1/gallery/things" >/dev/null && [ -f "$work/data/things.gallery" ] || die "no gallery was written"
kill -TERM "$server"
rc=0
wait "$server" || rc=$?
server=
[ "$rc" -eq 0 ] || die "SIGTERM ended the server with $rc: $(tail -n 5 "$work/err")"
echo "check-image: published $(du -sm "$work/app" | cut -f1) MB; as user $user on a read-only root it is healthy," \
    "answers, writes its galleries and ends with 0"
