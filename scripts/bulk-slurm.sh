#!/usr/bin/env bash
# Bulk work on a real engine: starts Slurm on this machine in a temporary folder, runs an array of four over a list of images, kills
# one task and runs it again, and compares the joined parts and evaluations with one run. Needs Debian's slurm-wlm and munge.
# Usage: scripts/bulk-slurm.sh   Exit code 77: skipped, with the reason.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PPLCNET=${PPLCNET:-$root/pplcnet}

skip() { echo "bulk-slurm: skipped: $*"; exit 77; }
die() { echo "bulk-slurm: $*" >&2; exit 1; }
for program in munged slurmctld slurmd sbatch scontrol; do
    PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || skip "there is no $program here (Debian: slurm-wlm munge)"
done
[ "$(id -u)" -eq 0 ] || skip "Slurm's daemons are started as root"
PATH=$PATH:/usr/sbin

work=$(mktemp -d)
daemons=()
stop() {
    for ((d = ${#daemons[@]} - 1; d >= 0; d--)); do
        kill "${daemons[d]}" 2>/dev/null && wait "${daemons[d]}" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop EXIT

# Waits until a command succeeds; fails after the seconds.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# --- Slurm on loopback
host=$(hostname -s)
port=$((20000 + RANDOM % 10000))
mkdir -p "$work"/{munge,state,spool}
chmod 755 "$work" "$work/munge"
head -c 1024 /dev/urandom > "$work/munge/key"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge/socket" --pid-file="$work/munge/pid" \
    --log-file="$work/munge/log" --seed-file="$work/munge/seed" > "$work/munge/out" 2>&1 &
daemons+=($!)
cat > "$work/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
echo "CgroupPlugin=cgroup/v1" > "$work/cgroup.conf" # which does nothing here; the default wants systemd
export SLURM_CONF=$work/slurm.conf
await 30 test -S "$work/munge/socket" || skip "munged does not start: $(tail -n 1 "$work/munge/out")"
slurmctld -D > "$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -N "$host" > "$work/slurmd.log" 2>&1 &
daemons+=($!)
is_idle() { sinfo -h -o %t | grep -q '^idle'; }
await 90 is_idle || skip "Slurm does not start here: $(grep -hiE 'error|fatal' "$work"/slurm*.log | tail -n 2 | tr '\n' ' ')"
echo "bulk-slurm: $(sinfo --version) on loopback"

# --- A list of images, one of them broken
mkdir "$work/images"
mapfile -t samples < <(find "$root/samples" -maxdepth 1 -name '*.jpg' | LC_ALL=C sort)
for i in $(seq -w 0 119); do
    cp "${samples[10#$i % ${#samples[@]}]}" "$work/images/$i.jpg"
done
echo "no image" > "$work/images/050.jpg"
find "$work/images" -name '*.jpg' | LC_ALL=C sort > "$work/manifest.txt"
total=$(wc -l < "$work/manifest.txt")

out=$work/out
states() { squeue -h -j "$1" -o '%i %T'; }
is_over() { [ -z "$(squeue -h -t PENDING,RUNNING,COMPLETING,CONFIGURING -j "$1" -o %i 2>/dev/null)" ]; }
job=$(sbatch --parsable --array=0-3 -o "$work/log-%a" "$root/deploy/slurm/array.sh" detect "$work/manifest.txt" "$out" --max 5)

# --- Task 1 is killed in its work and leaves whole lines in its .part
has_lines() { [ "$(wc -l < "$out/part-1.jsonl.part")" -ge 3 ]; }
await 300 has_lines || die "task 1 answers nothing: $(cat "$work"/log-1 "$work/slurmd.log" | tail -n 5)"
scancel --signal=KILL --full "${job}_1"
await 600 is_over "$job" || die "the array does not end: $(states "$job")"
[ ! -e "$out/part-1.jsonl" ] && [ -e "$out/part-1.jsonl.part" ] || die "expected part 1 unfinished: $(ls "$out")"
kept=$(grep -c '"file"' "$out/part-1.jsonl.part")
head -n "$((kept - 1))" "$out/part-1.jsonl.part" > "$work/kept"
for part in 0 2 3; do
    [ -e "$out/part-$part.jsonl" ] || die "part $part is missing: $(cat "$work/log-$part")"
done
rc=0
"$PPLCNET" merge "$out"/part-{0..3}.jsonl --parts 4 --list "$work/manifest.txt" --out "$work/all.jsonl" 2> "$work/merge.err" || rc=$?
[ "$rc" -eq 2 ] && [ ! -e "$work/all.jsonl" ] || die "a merge without part 1 ended with $rc"
rc=0
"$PPLCNET" merge "$out"/part-*.jsonl --parts 4 --out "$work/all.jsonl" 2>> "$work/merge.err" || rc=$?
[ "$rc" -eq 2 ] && [ ! -e "$work/all.jsonl" ] || die "a merge of three of four parts ended with $rc"
echo "bulk-slurm: task 1 killed after $kept answers; merging the rest is refused: $(tail -n 1 "$work/merge.err" | cut -c 1-60)..."

# --- It runs again and goes on
scontrol requeue "${job}_1" || die "task 1 cannot run again"
scontrol update "JobId=${job}_1" StartTime=now 2>/dev/null || true # a task that runs again waits for two minutes otherwise
has_part() { [ -e "$out/part-1.jsonl" ]; }
await 600 has_part || die "task 1 does not end: $(states "$job") $(tail -n 5 "$work/log-1")"
await 60 is_over "$job" || true
cmp -s "$work/kept" <(head -n "$((kept - 1))" "$out/part-1.jsonl") || die "answers of the killed task were computed again"
[ -z "$(find "$out" -name '*.part')" ] || die "left: $(find "$out" -name '*.part')"
"$PPLCNET" merge "$out"/part-{0..3}.jsonl --parts 4 --list "$work/manifest.txt" --out "$work/all.jsonl" || die "the parts do not merge"
[ "$(wc -l < "$work/all.jsonl")" -eq "$total" ] || die "expected $total answers, found $(wc -l < "$work/all.jsonl")"
"$PPLCNET" detect "@$work/manifest.txt" --max 5 --out "$work/one.jsonl" --allow-failures 2>/dev/null || die "one run fails"
times() { sed -E 's/"ms":\{[^}]*\}/"ms":{}/' "$1"; }
cmp <(times "$work/one.jsonl") <(times "$work/all.jsonl") || die "the joined parts differ from one run"
echo "bulk-slurm: 4 parts, $total answers, equal to one run; $kept kept over the kill"

# --- Evaluation in shards
"$PPLCNET" segment "$root/samples" --labels "$work/gt" > /dev/null
"$PPLCNET" segment "$root/samples" --flip --labels "$work/pred" > /dev/null
evaluate=(eval segmentation --gt "$work/gt" --pred "$work/pred" --classes 11 --json)
job=$(sbatch --parsable --array=0-3 -o "$work/eval-%a" \
    --wrap "exec '$PPLCNET' ${evaluate[*]} --shard auto/4 --state '$work'/\$SLURM_ARRAY_TASK_ID.state")
await 300 is_over "$job" || die "the evaluation does not end: $(states "$job")"
"$PPLCNET" eval merge "$work"/{0..3}.state --json > "$work/merged.json" || die "the states do not merge: $(cat "$work"/eval-*)"
"${PPLCNET}" "${evaluate[@]}" > "$work/whole.json"
cmp "$work/merged.json" "$work/whole.json" || die "merged states differ from one run"
rc=0
"$PPLCNET" eval merge "$work"/{0,1,3}.state --json > /dev/null 2>&1 || rc=$?
[ "$rc" -eq 2 ] || die "a merge of three of four states ended with $rc"
echo "bulk-slurm: 4 states merge to the figures of one run: $(cut -c 1-60 "$work/whole.json")..."
echo "bulk-slurm: passed"
