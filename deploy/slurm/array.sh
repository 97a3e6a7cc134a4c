#!/usr/bin/env bash
# One shard of a list of images per task of a job array; run again, a task goes on where it was cut off. Usage:
#   sbatch --array=0-63 deploy/slurm/array.sh ocr manifest.txt out [flags of the command]
# The array begins at 0. The parts are OUT/part-I.jsonl; join them with
#   pplcnet merge OUT/part-{0..63}.jsonl --parts 64 --list manifest.txt --out all.jsonl
# A task that failed: scontrol requeue JOBID_I. PPLCNET names the command where it is not on the path.
#SBATCH --job-name=pplcnet
#SBATCH --cpus-per-task=1
#SBATCH --mem=2G
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
if [ $# -lt 3 ] || [ "${SLURM_ARRAY_TASK_MIN:-}" != 0 ]; then
    echo "usage: sbatch --array=0-N array.sh COMMAND MANIFEST OUT [FLAG...]" >&2
    exit 1
fi
command=$1 manifest=$2 out=$3
shift 3
mkdir -p "$out"
exec "${PPLCNET:-pplcnet}" "$command" "@$manifest" --shard "auto/$SLURM_ARRAY_TASK_COUNT" --workers "${SLURM_CPUS_PER_TASK:-1}" \
    --out "$out/part-$SLURM_ARRAY_TASK_ID.jsonl" --resume --allow-failures "$@"
