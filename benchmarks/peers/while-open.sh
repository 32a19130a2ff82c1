#!/bin/sh
# Becomes a server that is stopped when standard input closes, so that none outlives the benchmark, however that ends:
# while-open.sh LOG SIGNAL COMMAND… (LOG "-": its output stays where it is; the signal is the one that stops the server soon and cleanly).
log=$1 signal=$2
shift 2
exec 3<&0
(
    # Whoever started this never writes: the read ends when it closes the pipe, or is gone.
    read -r _ <&3
    kill -s "$signal" $$
) >/dev/null 2>&1 &
[ "$log" = - ] || exec >"$log" 2>&1
exec "$@" </dev/null 3<&-
