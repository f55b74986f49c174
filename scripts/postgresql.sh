#!/usr/bin/env bash
# A real PostgreSQL on this machine, of Debian's package, in a folder of its own beside whatever else runs.
#
#   scripts/postgresql.sh start [NAME]   install what is missing, start a server, return when it is ready
#   scripts/postgresql.sh stop [NAME]    stop it and wait until it is gone
#   scripts/postgresql.sh kill [NAME]    end it at once, as if its processes were killed (for tests)
#   scripts/postgresql.sh remove [NAME]  stop it and delete its data
#
# NAME is "local" unless given; PG_PORT is its port (5433). Whoever is on this machine may use it, without a password:
#   postgresql+psycopg://postgres@127.0.0.1:5433/postgres
# It is for tests and trials: what it says is written is not forced to the disk, so that a power cut may cost its data.
set -euo pipefail

HERE=$(cd "$(dirname "$0")/.." && pwd)
BASE=${LITATLAS_POSTGRESQL_DIR:-$HERE/.postgresql}
FALLBACK=/var/tmp/litatlas-search/postgresql
SERVICE=postgresql
NAME=${2:-local}
PORT=${PG_PORT:-5433}
. "$HERE/scripts/service_user.sh"

find_programs() {
    local folder
    for folder in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -Vr) $(dirname "$(command -v initdb || echo /none/initdb)"); do
        [ -x "$folder/initdb" ] && { echo "$folder"; return 0; }
    done
    return 1
}

ready() { "$PROGRAMS/pg_isready" -q -h 127.0.0.1 -p "$PORT"; }

start() {
    make_runner
    PROGRAMS=$(find_programs) || { "$HERE/scripts/packages.sh"; PROGRAMS=$(find_programs); } ||
        fail "needs PostgreSQL (on Debian: apt-get install postgresql)"
    local data=$BASE/$NAME
    if ready; then
        say "a PostgreSQL is ready at 127.0.0.1:$PORT; it is used"
        return 0
    fi
    if [ ! -f "$data/PG_VERSION" ]; then
        as_runner "$PROGRAMS/initdb" -D "$data" -U postgres --auth trust --encoding UTF8 --locale C.UTF-8 >/dev/null
    fi
    (cd "$BASE" && as_runner "$PROGRAMS/pg_ctl" -D "$data" -w -t 60 -l "$data/server.log" start \
        -o "-p $PORT -c fsync=off -c full_page_writes=off -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" >/dev/null </dev/null) ||
        { tail -n 20 "$data/server.log" >&2; fail "the server does not start"; }
    ready || fail "the server is not ready; see $data/server.log"
    say "$NAME is ready at postgresql+psycopg://postgres@127.0.0.1:$PORT/postgres"
}

stop() { # how
    make_runner
    PROGRAMS=$(find_programs) || return 0
    [ -f "$BASE/$NAME/postmaster.pid" ] || return 0
    (cd "$BASE" && as_runner "$PROGRAMS/pg_ctl" -D "$BASE/$NAME" -m "${1:-fast}" -w stop >/dev/null) && say "$NAME has stopped"
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    kill) stop immediate ;;
    remove) stop; rm -rf "${BASE:?}/$NAME" ;;
    *) fail "usage: $0 start|stop|kill|remove [NAME]" ;;
esac
