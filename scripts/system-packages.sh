#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages named on the command line that are missing; says what it does. Needs root or sudo.
set -euo pipefail

is_installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]; }

missing=()
for package in "$@"; do
    # Newer releases renamed some libraries (libgtk-3-0 became libgtk-3-0t64): either counts.
    is_installed "$package" || is_installed "${package}t64" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "setup: please install with your package manager what Debian calls: ${missing[*]}" >&2
    exit 4
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: run as root, or install sudo; missing packages: ${missing[*]}" >&2
        exit 4
    fi
    as_root=(sudo)
fi

echo "setup: installing ${missing[*]} (apt-get)"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@"; }
apt update || echo "setup: apt-get update failed; trying with the package lists at hand" >&2
apt install -y --no-install-recommends "${missing[@]}" >/dev/null
