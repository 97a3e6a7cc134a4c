#!/usr/bin/env bash
# Makes ./pplcnet ready: system packages, NuGet packages, Release build. Quick when nothing changed. Usage: scripts/setup.sh
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null; then
    echo "setup: the .NET 10 SDK is missing: install the package dotnet-sdk-10.0, or follow the instructions for your system at dotnet.microsoft.com" >&2
    exit 4
fi
scripts/system-packages.sh libgtk-3-0 # OpenCV's native library links against it

# What a build depends on: sources, project files, and what is embedded. The stamp holds their checksum.
fingerprint=$({ dotnet --version; find src models bench tests samples Directory.*.props global.json PPLCNet.Vision.sln \
    \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name '*.html' -o -name '*.ttf' -o -name '*.sln' \) -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f1)
stamp=artifacts/build.stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$fingerprint" ]; then
    echo "setup: building (the first time this also fetches the NuGet packages: a few minutes)"
    rm -f "$stamp"
    dotnet build PPLCNet.Vision.sln -c Release -v quiet -nologo -clp:ErrorsOnly
    mkdir -p artifacts
    echo "$fingerprint" > "$stamp"
fi
