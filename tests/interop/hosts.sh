#!/bin/sh
# hosts.sh add | remove: the names of the interop test in /etc/hosts, between two marker lines. Needs root.
# The file is rewritten in place: where it is mounted it can't be replaced.
set -eu
hosts=${HOSTS_FILE:-/etc/hosts}
rest=$(sed '/^# vakplein interop begin$/,/^# vakplein interop end$/d' "$hosts")
case ${1:-} in
  add)
    printf '%s\n' "$rest" '# vakplein interop begin' \
      '127.0.0.21 vakplein.test' '127.0.0.22 fedify.test' '127.0.0.23 draft.test' '127.0.0.24 rfc9421.test' \
      '127.0.0.25 elsewhere.test' '# vakplein interop end' >"$hosts" ;;
  remove) printf '%s\n' "$rest" >"$hosts" ;;
  *) sed -n 2,3p "$0" >&2; exit 2 ;;
esac
