#!/usr/bin/env bash
# Installs the Debian packages that the tests' real parts need and that are missing: a browser with fonts, Pandoc,
# PostgreSQL, what spares them the waits for a disk, and in CI what checks the files of docs/deployment.md. Where it
# may not (not root, or not Debian) it says what is missing; those tests then skip, loudly.
set -euo pipefail

missing=()
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing+=(chromium-headless-shell)
command -v fc-list >/dev/null && fc-list | grep -i noto >/dev/null || missing+=(fonts-noto-core)
command -v pandoc >/dev/null || missing+=(pandoc)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
command -v eatmydata >/dev/null || missing+=(eatmydata)
if [ "${CI:-}" = true ]; then # elsewhere they would begin to serve
    command -v systemd-analyze >/dev/null || missing+=(systemd)
    [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
    command -v caddy >/dev/null || missing+=(caddy)
    command -v openssl >/dev/null || missing+=(openssl)
    command -v java >/dev/null || missing+=(openjdk-17-jre-headless) # these two for scripts/elasticsearch.sh
    command -v mvn >/dev/null || missing+=(maven)
fi
[ "${#missing[@]}" -gt 0 ] || exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "packages: installing ${missing[*]} with apt-get" >&2
    # one at a time: this and scripts/setup.sh run side by side
    flock --close /tmp/litatlas-apt.lock bash -euc 'apt-get update -qq
        # a Debian without its updates has the whole browser alone
        apt-cache show chromium-headless-shell >/dev/null 2>&1 || set -- "${@/chromium-headless-shell/chromium}"
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"' apt "${missing[@]}" >&2
else
    echo "packages: ${missing[*]} not found; tests that need them will skip (on Debian: apt-get install ${missing[*]})" >&2
fi
