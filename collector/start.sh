#!/bin/sh
# Starts a Collector. A damaged file of its queue (overlays/persistence.yaml), which would keep it from starting, is put
# aside first, and the log says how many bytes that was:
#
#   COLLECTOR_QUEUE_FOLDER=/var/lib/otelcol/queue sh start.sh otelcol-contrib --config agent.yaml --config ...
#
# The setting `recreate` of the storage does this for few kinds of damage. Where the Collector's image has no shell, run
# `sh start.sh true` in a container before it, which looks at the files only.
#
# When files of this folder do not fit together, it says which one is missing.
set -eu
queue=${COLLECTOR_QUEUE_FOLDER:-/var/lib/otelcol/queue}

say() { echo "start.sh: $1" >&2; }

put_aside() {
  aside="$1.$(date -u +%Y%m%dT%H%M%SZ).damaged"
  bytes=$(find "$1" -type f -exec cat {} + | wc -c)
  mv "$1" "$aside"
  say "damaged queue put aside: $2. $((bytes)) bytes do not arrive, kept as $aside"
}

# Prints the numbers of a file's meta page at an offset: length of a page, pages in use, transaction. Nothing when it is
# not valid. The format is that of bbolt: a header of 16 bytes, 56 bytes, and their FNV-1a hash.
meta_at() {
  set -- $(od -An -v -tu1 -j "$(($2 + 16))" -N 64 "$1" 2>/dev/null)
  [ $# -eq 64 ] && [ "$1 $2 $3 $4 $5 $6" = "237 218 12 237 2 0" ] || return 0
  hash=-3750763034362895579 place=0 little='' numbers=''
  for byte; do
    [ "$place" -ge 56 ] || hash=$(((hash ^ byte) * 1099511628211))
    # Numbers of eight bytes, the least one first.
    little="$byte $little" place=$((place + 1))
    [ $((place % 8)) -ne 0 ] || {
      number=0
      for digit in $little; do number=$(((number << 8) | digit)); done
      numbers="$numbers $number" little=''
    }
  done
  set -- $numbers
  # Magic and version, page length and flags, root and its sequence, free list, pages in use, transaction, hash.
  [ "$8" -ne "$hash" ] || echo "$(($2 & 4294967295)) $6 $7"
}

# Says what is wrong with a file of the queue, or nothing.
damage_of() {
  [ -f "$1" ] || { echo 'it is no file'; return; }
  size=$(wc -c <"$1")
  [ "$size" -gt 0 ] || { echo 'it is empty'; return; }
  newest=-1 needed=0
  for offset in 0 4096 16384 65536; do
    set -- "$1" $(meta_at "$1" "$offset")
    [ $# -eq 4 ] && [ "$4" -gt "$newest" ] || { set -- "$1"; continue; }
    newest=$4 needed=$(($2 * $3))
    set -- "$1"
  done
  if [ "$newest" -lt 0 ]; then echo 'its header is not valid'
  elif [ "$size" -lt "$needed" ]; then echo "it ends after $((size)) of $needed bytes"
  fi
}

# Every file of the queue, by the storage's names for them; what was put aside has a dot in its name.
each_file() {
  find "$queue" -mindepth 1 -maxdepth 1 -name 'exporter_*' ! -name '*.damaged' ! -name '*.backup' 2>/dev/null
}

each_file | while read -r file; do
  damage=$(damage_of "$file")
  [ -z "$damage" ] || put_aside "$file" "$damage"
done

# Passes the log on, and notes and explains what ends a Collector. What cannot be seen from outside a file, such as a
# damaged page in the middle, ends it with a trace of bbolt.
PASS_ON='
  { print; fflush() }
  /^go\.etcd\.io\/bbolt/ { print >found; close(found) }
  /^Error: / { failed = 1 }
  !failed { next }
  /no storage client extension found|authenticator not found/ {
    missing("overlays/persistence-and-bearer-token.yaml, or it is not the last, or another file is not the first")
  }
  /references extension "bearertokenauth"/ { missing("overlays/bearer-token-send.yaml or -receive.yaml") }
  /references extension "file_storage\/queue"/ { missing("overlays/persistence.yaml") }
  /credentials require transport level security/ { missing("overlays/tls-send.yaml") }
  /no receiver configuration|references extension "health_check"/ {
    missing("agent.yaml, gateway.yaml or loadbalancer.yaml, which comes first")
  }
  /otlp_grpc: requires a non-empty "endpoint"/ {
    missing("COLLECTOR_GATEWAY or COLLECTOR_TRACE_STORE; or this overlay is not for loadbalancer.yaml")
  }
  /connector "span_metrics" used as exporter/ { missing("agent.yaml, which agent-scrape.yaml is for") }
  function missing(what) {
    if (!said++) print "start.sh: missing: " what
    fflush()
  }
'

run() {
  seen=$(mktemp -d)
  mkfifo "$seen/log"
  awk -v found="$seen/bbolt" "$PASS_ON" <"$seen/log" >&2 &
  reader=$!
  "$@" 2>"$seen/log" &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null || :' TERM INT HUP
  status=0
  wait "$child" || status=$?
  # A signal ends the waiting, not the Collector.
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  wait "$reader" || :
  crashed=no
  [ ! -e "$seen/bbolt" ] || crashed=yes
  rm -r "$seen"
}

run "$@"
if [ "$crashed" = yes ]; then
  for file in $(each_file); do put_aside "$file" 'the Collector ended while it read the queue'; done
  run "$@"
fi
exit "$status"
