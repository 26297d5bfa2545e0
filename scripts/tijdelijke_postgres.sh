#!/usr/bin/env bash
# Run a command with a throw-away PostgreSQL on 127.0.0.1: OUDERWIJZER_TEST_PG holds its address.
#   scripts/tijdelijke_postgres.sh make test
# Needs Debian's package postgresql. The server is stopped and its data removed at the end.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || { echo "PostgreSQL is not installed (Debian: apt-get install postgresql)" >&2; exit 1; }
map=$(mktemp -d)
poort=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# PostgreSQL refuses to run as root.
als_gebruiker() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
opruimen() {
  als_gebruiker "$bin/pg_ctl" -D "$map/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$map"
}
trap opruimen EXIT

[ "$(id -u)" = 0 ] && chown postgres "$map"
cd "$map"
als_gebruiker "$bin/initdb" -D "$map/data" -U ouderwijzer -A trust >/dev/null
als_gebruiker "$bin/pg_ctl" -D "$map/data" -w -l "$map/log" \
  -o "-p $poort -c listen_addresses=127.0.0.1 -c unix_socket_directories=$map -c fsync=off" start >/dev/null
cd "$OLDPWD"
export OUDERWIJZER_TEST_PG="postgresql://ouderwijzer@127.0.0.1:$poort/postgres"
echo "$OUDERWIJZER_TEST_PG" >&2
"$@"
