#!/usr/bin/env bash
# Makes .venv with every extra. On Debian, as root, it also installs the system packages that are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

fail() { echo "setup: $*" >&2; exit 1; }

install_packages() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    echo "setup: installing $* with apt-get" >&2
    # one at a time: this and scripts/packages.sh run side by side
    flock --close /tmp/litatlas-apt.lock sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends "$@"' apt "$@" >&2
}

if [ -z "$python" ] || ! command -v "$python" >/dev/null; then
    install_packages python3 python3-venv || fail "Python 3.11 is needed: install the packages python3 and python3-venv."
    python=python3
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed, $("$python" --version) was found; name another with make PYTHON=…"
"$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv ||
    fail "Python's venv module is missing: install the package python3-venv."

# A broken or half-made environment is made anew; a sound one is brought up to date.
[ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null || { rm -rf .venv && "$python" -m venv .venv; }
extras='.[train,elasticsearch,postgresql,store,encoder,bench,dev]'

# uv fetches side by side what pip fetches in turn. It does not read pip's settings: what it cannot reach, pip can.
# Nor does it compile by itself, and where Python must not write bytecode, every command would compile all it imports.
install_quickly() {
    local index
    index=${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
    [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
    .venv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.5,<1' &&
        .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python -e "$extras"
}

echo "setup: installing litatlas and its libraries into .venv (half a minute to two minutes the first time)" >&2
install_quickly || .venv/bin/pip install --quiet --disable-pip-version-check -e "$extras"
echo "setup: done; the command is .venv/bin/litatlas" >&2
