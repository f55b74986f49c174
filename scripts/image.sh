#!/usr/bin/env bash
# Builds the image of Dockerfile without Docker and without a registry, and looks whether it serves.
#
#   scripts/image.sh [FOLDER]   FOLDER (.image) keeps the base and the images
#
# The base is Debian's own, made by debootstrap, in the place of python:3.11-slim-bookworm; buildah runs every step
# of the Dockerfile in a chroot. Needs root, and Debian's debootstrap and buildah. What pip is told by the environment
# (PIP_…, certificates) holds inside too.
set -euo pipefail

HERE=$(cd "$(dirname "$0")/.." && pwd)
BASE=$(realpath -m "${1:-$HERE/.image}")
TAG=localhost/litatlas:try
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
umask 022

say() { echo "image: $*" >&2; }
fail() { say "$*"; exit 1; }
build() { buildah --root "$BASE/store" --runroot "$BASE/run" "$@"; }

[ "$(id -u)" = 0 ] || fail "needs root"
for program in debootstrap buildah; do
    command -v "$program" >/dev/null || fail "needs $program (on Debian: apt-get install debootstrap buildah)"
done
mkdir -p "$BASE"
if [ ! -f "$BASE/.base" ]; then
    say "making the base …"
    rm -rf "$BASE/base"
    debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates bookworm "$BASE/base" >"$BASE/base.log"
    rm -f "$BASE"/base/usr/lib/python3*/EXTERNALLY-MANAGED
    ln -sf python3 "$BASE/base/usr/bin/python"
    container=$(build from scratch)
    build add -q "$container" "$BASE/base" / >/dev/null
    build commit -q "$container" localhost/python:3.11-slim-bookworm >/dev/null
    build rm "$container" >/dev/null
    touch "$BASE/.base"
fi
say "running the Dockerfile …"
options=()
while IFS= read -r setting; do options+=(--env "$setting"); done < <(env | grep -E '^(PIP_|SSL_CERT_FILE=|REQUESTS_CA_BUNDLE=)')
for folder in /etc/ssl/certs ${PIP_FIND_LINKS:-}; do options+=(--volume "$folder:$folder:ro"); done
sed 's#^FROM python:#FROM localhost/python:#' "$HERE/Dockerfile" >"$BASE/Dockerfile"
build bud --network host -f "$BASE/Dockerfile" -t "$TAG" "${options[@]}" "$HERE"
container=$(build from "$TAG")
trap 'build rm "$container" >/dev/null' EXIT
[ "$(build run "$container" -- id -un)" = litatlas ] || fail "it does not run as litatlas"
build run "$container" -- sh -c '
    litatlas serve --port 8477 --workers 0 & server=$!
    for _ in $(seq 60); do
        python -c "import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:8477/readyz\")" 2>/dev/null && ready=1 && break
        sleep 1
    done
    kill $server; wait $server
    [ "${ready:-}" = 1 ]' || fail "it does not serve"
say "$TAG serves"
