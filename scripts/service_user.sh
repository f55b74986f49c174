# Sourced by the scripts that start a server: a user of its own where this is root, as which servers refuse to run.
#
# SERVICE names the server, BASE is its folder, and FALLBACK the one that is taken where that user cannot reach BASE.

RUNNER=litatlas-search  # the user that it runs as when this is root

say() { echo "$SERVICE: $*" >&2; }
fail() { say "$*"; exit 1; }

as_runner() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid "$RUNNER" --regid "$RUNNER" --clear-groups "$@"; else "$@"; fi
}

make_runner() {
    [ "$(id -u)" = 0 ] || return 0
    id "$RUNNER" >/dev/null 2>&1 || useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin "$RUNNER"
    mkdir -p "$BASE"
    if ! as_runner test -x "$BASE"; then  # a checkout below /root, say
        BASE=$FALLBACK
        mkdir -p "$BASE"
    fi
    chown "$RUNNER:$RUNNER" "$BASE"
}
