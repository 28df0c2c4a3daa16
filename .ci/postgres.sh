#!/usr/bin/env bash
# A PostgreSQL cluster of its own, in a folder of its own, run by a user of its own. Needs root and PostgreSQL 15's programs.
#   .ci/postgres.sh start DIR [SETTING…]   makes it and prints its URL; each SETTING is a line of postgresql.conf
#   .ci/postgres.sh crash DIR              ends it as a crash does
#   .ci/postgres.sh resume DIR             starts it again on what is there
#   .ci/postgres.sh remove DIR             ends it, and removes what it wrote and its user
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,6p "$0" >&2; exit 2; }
bin=/usr/lib/postgresql/15/bin user=vakplein-ci word=$1 dir=$2
shift 2
as() { (cd / && runuser -u $user -- "$@"); }
begin() { as $bin/pg_ctl -D "$dir/data" -w -l "$dir/log" start >/dev/null || { cat "$dir/log" >&2; exit 1; }; }
end() { as $bin/pg_ctl -D "$dir/data" -m immediate -w stop >/dev/null; }

case $word in
  start)
    port=$((20000 + RANDOM % 10000))
    id -u $user >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin $user
    install -d -m 700 -o $user "$dir"
    as $bin/initdb -D "$dir/data" -U vakplein --auth=trust --encoding=UTF8 --locale=C >/dev/null
    printf '%s\n' "port = $port" "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$dir'" 'max_connections = 300' "$@" \
      >>"$dir/data/postgresql.conf"
    begin
    as $bin/createdb -h 127.0.0.1 -p $port -U vakplein vakplein
    echo "postgres://vakplein@127.0.0.1:$port/vakplein" ;;
  crash) end ;;
  resume) begin ;;
  remove)
    end 2>/dev/null || true
    rm -rf "$dir"
    userdel $user 2>/dev/null || true ;;
  *) sed -n 2,6p "$0" >&2; exit 2 ;;
esac
