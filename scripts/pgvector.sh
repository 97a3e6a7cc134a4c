#!/usr/bin/env bash
# Installs PostgreSQL and its extension pgvector for the tests, Debian and Ubuntu: the system's own package where it has one, else the newer release's
# source package, built against the system's server. Quick when all is there. Usage: scripts/pgvector.sh
set -euo pipefail
cd "$(dirname "$0")/.."

newest_server() { find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' 2>/dev/null | sort -n | tail -n 1; }
has_vector() { [ -n "$1" ] && [ -f "/usr/share/postgresql/$1/extension/vector.control" ]; }

has_vector "$(newest_server)" && exit 0
scripts/system-packages.sh postgresql
version=$(newest_server)
[ -n "$version" ] || { echo "pgvector: PostgreSQL is installed, but not below /usr/lib/postgresql" >&2; exit 4; }
has_vector "$version" && exit 0
if apt-cache show "postgresql-$version-pgvector" >/dev/null 2>&1; then
    exec scripts/system-packages.sh "postgresql-$version-pgvector"
fi

# A source list of our own beside the system's: the same archive, the release that has the package.
release=trixie
archive=$(apt-get indextargets --format '$(REPO_URI) $(SUITE) $(COMPONENT)' 'Created-By: Packages' |
    awk '$3 == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }')
[ -n "$archive" ] || { echo "pgvector: this system's package lists have neither the package nor an archive to build it from" >&2; exit 4; }
scripts/system-packages.sh gcc make libc6-dev dpkg-dev "postgresql-server-dev-$version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/source"
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $release main" > "$work/sources.list"
apt_source() {
    apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists" \
        -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache= -o APT::Sandbox::User=root "$@"
}
echo "pgvector: building Debian's source package of $release against PostgreSQL $version"
apt_source update
(cd "$work/source" && apt_source source --download-only pgvector >/dev/null)
mkdir "$work/build"
tar -xf "$work"/source/pgvector_*.orig.tar.* -C "$work/build" --strip-components=1
config=/usr/lib/postgresql/$version/bin/pg_config
# Plain instructions of the architecture, so that what is built runs on another machine, too; no bitcode, which would need clang.
make -s -C "$work/build" with_llvm=no OPTFLAGS= PG_CONFIG="$config" >/dev/null
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" make -s -C "$work/build" install with_llvm=no PG_CONFIG="$config" >/dev/null
