#!/usr/bin/env bash
# The whole topology of compose.yaml on one machine, as processes: three Elasticsearch nodes, PostgreSQL for the
# library, two web processes behind nginx, two workers, one shared home.
#
#   scripts/cluster.sh start               start what does not run, return when the front answers
#   scripts/cluster.sh stop                stop everything, the front first
#   scripts/cluster.sh remove              stop it and delete all its data
#   scripts/cluster.sh status              what runs, a line each
#   scripts/cluster.sh start PART          start one part again: search1 … search3, database, web1, web2, worker1,
#                                          worker2, front
#   scripts/cluster.sh kill PART           end one part at once, as a power cut would (for tests)
#
# Afterwards http://127.0.0.1:8100 is the atlas, and `. .cluster/env` makes litatlas commands work on it. By
# environment: LITATLAS_CLUSTER_DIR (.cluster), CLUSTER_PORT (8100; the parts take the ports after it), ES_HEAP (512m).
set -euo pipefail

HERE=$(cd "$(dirname "$0")/.." && pwd)
BASE=${LITATLAS_CLUSTER_DIR:-$HERE/.cluster}
FRONT=${CLUSTER_PORT:-8100}
LITATLAS=${LITATLAS_COMMAND:-$HERE/.venv/bin/litatlas}
PREFIX=cluster$FRONT
PARTS=(search1 search2 search3 database web1 web2 worker1 worker2 front)
export ES_HEAP=${ES_HEAP:-512m} PG_PORT=$((FRONT + 30))

say() { echo "cluster: $*" >&2; }
fail() { say "$*"; exit 1; }

search() { # action, number
    local port=$((FRONT + 10)) seeds="" masters="" number
    for number in 1 2 3; do
        seeds+="${seeds:+,}127.0.0.1:$((port + 10 + number))"
        masters+="${masters:+,}$PREFIX-search$number"
    done
    ES_CLUSTER=litatlas-$PREFIX ES_SEEDS=$seeds ES_MASTERS=$masters ES_WAIT=0 ES_PORT=$((port + $2)) \
        ES_TRANSPORT=$((port + 10 + $2)) "$HERE/scripts/elasticsearch.sh" "$1" "$PREFIX-search$2"
}

database() { "$HERE/scripts/postgresql.sh" "$1" "$PREFIX"; }

write_environment() {
    mkdir -p "$BASE/home" "$BASE/logs" "$BASE/nginx"
    chmod 700 "$BASE/home"
    cat >"$BASE/env" <<EOF
export LITATLAS_HOME="$BASE/home"
export LITATLAS_LIBRARY="postgresql+psycopg://postgres@127.0.0.1:$PG_PORT/postgres"
export LITATLAS_ENGINE="http://127.0.0.1:$((FRONT + 11)),http://127.0.0.1:$((FRONT + 12)),http://127.0.0.1:$((FRONT + 13))"
export LITATLAS_ELASTICSEARCH_SHARDS=3 LITATLAS_ELASTICSEARCH_REPLICAS=1 LITATLAS_ELASTICSEARCH_TIMEOUT=30
export LITATLAS_WEB_PROCESSES=1
EOF
    local user=""
    [ "$(id -u)" != 0 ] || user="user $(id -un) $(id -gn);" # its usual one may not reach a folder below /root
    cat >"$BASE/nginx/nginx.conf" <<EOF
$user
pid $BASE/front.pid;
error_log $BASE/logs/front.log warn;
worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $BASE/nginx/body;
  proxy_temp_path $BASE/nginx/proxy;
  fastcgi_temp_path $BASE/nginx/other;
  uwsgi_temp_path $BASE/nginx/other;
  scgi_temp_path $BASE/nginx/other;
  upstream web {
    server 127.0.0.1:$((FRONT + 1)) max_fails=0;
    server 127.0.0.1:$((FRONT + 2)) max_fails=0;
    keepalive 32;
  }
  server {
    listen 127.0.0.1:$FRONT;
    client_max_body_size 200m;
    location / {
      proxy_pass http://web;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host \$http_host;
      proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto \$scheme;
      # Another process answers where one is gone; a read may be asked again, a change is not sent twice. None is set
      # aside: where the database is away, both say 503, and setting both aside would answer 502 long after it is back.
      proxy_next_upstream error timeout;
      proxy_connect_timeout 2s;
    }
  }
}
EOF
}

alive() { # part
    local pid
    pid=$(cat "$BASE/$1.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null
}

launch() { # part, command…
    local part=$1
    shift
    alive "$part" && return 0
    # shellcheck disable=SC1091
    . "$BASE/env"
    setsid "$@" >>"$BASE/logs/$part.log" 2>&1 </dev/null &
    echo $! >"$BASE/$part.pid"
}

front() {
    alive front && return 0
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || {
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "needs nginx (on Debian: apt-get install nginx)"
        say "installing nginx …"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx >/dev/null
    }
    PATH=$PATH:/usr/sbin nginx -c "$BASE/nginx/nginx.conf" -e "$BASE/logs/front.log"
}

start_part() {
    case $1 in
        search[123]) search start "${1#search}" ;;
        database) database start ;;
        web[12]) launch "$1" "$LITATLAS" serve --port $((FRONT + ${1#web})) --workers 0 ;;
        worker[12]) launch "$1" "$LITATLAS" worker ;;
        front) front ;;
        *) fail "there is no part $1; parts: ${PARTS[*]}" ;;
    esac
}

stop_part() { # part, signal
    case $1 in
        search[123]) search "$([ "$2" = KILL ] && echo kill || echo stop)" "${1#search}" ;;
        database) database "$([ "$2" = KILL ] && echo kill || echo stop)" ;;
        *)
            alive "$1" || return 0
            local pid
            pid=$(cat "$BASE/$1.pid")
            # A web process has children of its own; they end with its group.
            kill "-$2" -- "-$pid" 2>/dev/null || kill "-$2" "$pid" 2>/dev/null || true
            for _ in $(seq 120); do kill -0 "$pid" 2>/dev/null || break; sleep 0.25; done
            rm -f "$BASE/$1.pid"
            ;;
    esac
}

answers() { python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10)' "$1" 2>/dev/null; }

wait_for() { # what, address
    for _ in $(seq 360); do answers "$2" && return 0; sleep 0.5; done
    fail "$1 does not answer after three minutes; see $BASE/logs"
}

start() {
    [ -x "$LITATLAS" ] || fail "needs $LITATLAS; run: make setup"
    write_environment
    start_part search1 # fetches what is missing
    start_part search2 & local second=$!
    start_part search3 & local third=$!
    start_part database
    wait "$second"
    wait "$third"
    wait_for "the search cluster" "http://127.0.0.1:$((FRONT + 11))/_cluster/health?wait_for_nodes=3&wait_for_status=yellow&timeout=5s"
    # shellcheck disable=SC1091
    (. "$BASE/env" && "$LITATLAS" migrate >>"$BASE/logs/migrate.log" 2>&1) || fail "the library cannot be migrated; see $BASE/logs/migrate.log"
    for part in web1 web2 worker1 worker2 front; do start_part "$part"; done
    wait_for "the front" "http://127.0.0.1:$FRONT/readyz"
    say "ready at http://127.0.0.1:$FRONT; commands work on it after: . $BASE/env"
}

stop() {
    local at
    for ((at = ${#PARTS[@]} - 1; at >= 0; at--)); do stop_part "${PARTS[at]}" TERM; done
}

remove() {
    stop
    for number in 1 2 3; do search remove "$number"; done
    database remove
    rm -rf "$BASE"
}

status() {
    for part in "${PARTS[@]}"; do
        case $part in
            search[123]) answers "http://127.0.0.1:$((FRONT + 10 + ${part#search}))/_cluster/health" && echo "$part runs" || echo "$part is away" ;;
            database) python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)' "$PG_PORT" \
                2>/dev/null && echo "$part runs" || echo "$part is away" ;;
            *) alive "$part" && echo "$part runs" || echo "$part is away" ;;
        esac
    done
}

case "${1:-}${2:+ PART}" in
    start) start ;;
    stop) stop ;;
    remove) remove ;;
    status) status ;;
    "start PART") start_part "$2" ;;
    "kill PART") stop_part "$2" KILL ;;
    *) fail "usage: $0 start|stop|remove|status, start PART, kill PART" ;;
esac
