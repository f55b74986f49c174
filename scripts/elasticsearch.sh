#!/usr/bin/env bash
# A real Elasticsearch on this machine without Docker: the minimal distribution that Maven Central carries.
#
#   scripts/elasticsearch.sh start [NAME]   fetch what is missing, start a node, return when it is ready
#   scripts/elasticsearch.sh stop [NAME]    stop it and wait until it is gone
#   scripts/elasticsearch.sh kill [NAME]    end it at once, as a power cut would (for tests)
#   scripts/elasticsearch.sh remove [NAME]  stop it and delete its data
#
# NAME is "local" unless given. By environment: ES_PORT (9200), ES_TRANSPORT (9300), ES_HEAP (1g), and for several
# nodes of one cluster ES_CLUSTER (its name), ES_SEEDS (host:port,…) and ES_MASTERS (node names,…). With ES_WAIT=0 it
# returns at once; with ES_PASSWORD it starts a secured node whose user "elastic" has that password; the files of the
# folder ES_CONFIG (roles.yml, users, …) are put into its configuration. ES_OPTIONS are more options of Java, and
# ES_PRELOAD is a library that is loaded before all others.
set -euo pipefail

VERSION=8.19.21
SHA256=215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a
ARTIFACT=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip
PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

HERE=$(cd "$(dirname "$0")/.." && pwd)
BASE=${LITATLAS_ELASTICSEARCH_DIR:-$HERE/.elasticsearch}
FALLBACK=/var/tmp/litatlas-search
SERVICE=elasticsearch
NAME=${2:-local}
PORT=${ES_PORT:-9200}
TRANSPORT=${ES_TRANSPORT:-9300}
. "$HERE/scripts/service_user.sh"

find_java() {
    local home
    for home in "${ES_JAVA_HOME:-}" /usr/lib/jvm/java-17-openjdk* /usr/lib/jvm/java-21-openjdk* "${JAVA_HOME:-}"; do
        [ -n "$home" ] && [ -x "$home/bin/java" ] && { echo "$home"; return 0; }
    done
    return 1
}

install_tools() {
    local wanted=()
    find_java >/dev/null || wanted+=(openjdk-17-jre-headless)
    { [ -x "$DIST/bin/elasticsearch" ] || command -v mvn >/dev/null; } || wanted+=(maven)
    [ ${#wanted[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "needs ${wanted[*]}; install them (on Debian: apt-get install ${wanted[*]}) and try again"
    fi
    say "installing ${wanted[*]} …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
}

fetch() {
    mkdir -p "$BASE"
    (flock 9 && unpack) 9>"$BASE/unpacking.lock" # several nodes may be started at once
}

unpack() {
    [ -x "$DIST/bin/elasticsearch" ] && return 0
    local repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository} zip fresh="$BASE/unpacking.$$"
    zip="$repository/org/elasticsearch/distribution/integ-test-zip/elasticsearch/$VERSION/elasticsearch-$VERSION.zip"
    if ! sha256sum --status -c <<<"$SHA256  $zip" 2>/dev/null; then
        say "fetching Elasticsearch $VERSION (107 MB) …"
        rm -f "$zip"
        mvn -q -B "$PLUGIN:get" -Dmaven.repo.local="$repository" -Dartifact="$ARTIFACT" -Dtransitive=false >&2
        sha256sum --status -c <<<"$SHA256  $zip" || fail "$zip is not the file that was expected; delete it and try again"
    fi
    mkdir -p "$fresh"
    python3 -m zipfile -e "$zip" "$fresh"
    chmod -R a+rX "$fresh"
    chmod a+x "$fresh/elasticsearch-$VERSION"/bin/*
    rm -rf "$DIST"
    mv "$fresh/elasticsearch-$VERSION" "$DIST"
    rmdir "$fresh"
}

alive() {
    local pid
    pid=$(cat "$NODE/pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = java ] && grep -qa "$NODE" "/proc/$pid/environ" "/proc/$pid/cmdline"
}

configure() {
    mkdir -p "$NODE/config" "$NODE/data" "$NODE/logs" "$NODE/tmp"
    cp -r "$DIST/config/." "$NODE/config/"
    [ -z "${ES_CONFIG:-}" ] || cp -r "$ES_CONFIG/." "$NODE/config/"
    {
        echo "cluster.name: ${ES_CLUSTER:-litatlas-local}"
        echo "node.name: $NAME"
        echo "network.host: 127.0.0.1"
        echo "http.port: $PORT"
        echo "transport.port: $TRANSPORT"
        echo "path.data: \"$NODE/data\""
        echo "path.logs: \"$NODE/logs\""
        echo "cluster.routing.allocation.disk.threshold_enabled: false"
        if [ -n "${ES_SEEDS:-}" ]; then
            echo "discovery.seed_hosts: [$ES_SEEDS]"
            echo "cluster.initial_master_nodes: [$ES_MASTERS]"
        else
            echo "discovery.type: single-node"
        fi
        if [ -n "${ES_PASSWORD:-}" ]; then echo "xpack.security.enabled: true"; else echo "xpack.security.enabled: false"; fi
    } >"$NODE/config/elasticsearch.yml"
    [ "$(id -u)" != 0 ] || chown -R "$RUNNER:$RUNNER" "$NODE"
    [ -z "${ES_PASSWORD:-}" ] || printf '%s' "$ES_PASSWORD" |
        as_runner env ES_JAVA_HOME="$(find_java)" ES_PATH_CONF="$NODE/config" \
            "$DIST/bin/elasticsearch-keystore" add --stdin --force bootstrap.password >&2
}

ready() {
    python3 - "$PORT" "${ES_PASSWORD:-}" <<'PY'
import base64, sys, urllib.request
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/_cluster/health?wait_for_status=yellow&timeout=2s")
if sys.argv[2]:
    request.add_header("Authorization", "Basic " + base64.b64encode(f"elastic:{sys.argv[2]}".encode()).decode())
try:
    urllib.request.urlopen(request, timeout=5).read()
except OSError:
    sys.exit(1)
PY
}

start() {
    make_runner
    DIST=$BASE/elasticsearch-$VERSION
    NODE=$BASE/nodes/$NAME
    if ! alive; then
        if ready; then  # another checkout's node, or one of the machine's own
            [ "$NAME" = local ] || fail "something else answers at port $PORT; stop it, or set ES_PORT"
            say "an Elasticsearch that was not started here is ready at http://127.0.0.1:$PORT; it is used"
            return 0
        fi
        install_tools
        fetch
        configure
        cd "$NODE"
        as_runner env -i PATH="$PATH" ES_JAVA_HOME="$(find_java)" ES_PATH_CONF="$NODE/config" ES_TMPDIR="$NODE/tmp" \
            ${ES_PRELOAD:+LD_PRELOAD="$ES_PRELOAD"} ES_JAVA_OPTS="-Xms${ES_HEAP:-1g} -Xmx${ES_HEAP:-1g} ${ES_OPTIONS:-}" \
            setsid "$DIST/bin/elasticsearch" -d -p "$NODE/pid" \
            >"$NODE/logs/start.log" 2>&1 </dev/null || { tail -n 20 "$NODE/logs/start.log" >&2; fail "the node does not start"; }
    fi
    [ "${ES_WAIT:-1}" = 0 ] && return 0
    for _ in $(seq 120); do
        if ready; then
            say "node $NAME is ready at http://127.0.0.1:$PORT"
            return 0
        fi
        alive || { tail -n 20 "$NODE"/logs/*.log >&2; fail "the node has ended"; }
        sleep 0.5
    done
    fail "the node is not ready after a minute; see $NODE/logs"
}

stop() { # signal
    make_runner
    NODE=$BASE/nodes/$NAME
    alive || return 0
    local pid
    pid=$(cat "$NODE/pid")
    kill "-$1" "$pid"
    for _ in $(seq 120); do
        [ -e "/proc/$pid" ] || { rm -f "$NODE/pid"; say "node $NAME has stopped"; return 0; }
        sleep 0.25
    done
    kill -KILL "$pid" 2>/dev/null || true
    rm -f "$NODE/pid"
}

case "${1:-}" in
    start) start ;;
    stop) stop TERM ;;
    kill) stop KILL ;;
    remove) stop TERM; rm -rf "$BASE/nodes/$NAME" ;;
    *) fail "usage: $0 start|stop|kill|remove [NAME]" ;;
esac
