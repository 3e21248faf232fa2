# What both walkthroughs need: parties on this machine, each with a home of its own. Sourced, not run.
#
# QUORATE is the program, if it is not in the path. Everything is written to a temporary folder that is removed at the
# end; KEEP=1 leaves it there.

quorate=$(realpath "$(command -v "${QUORATE:-quorate}")")
work=$(mktemp -d)
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

say() { printf '\n== %s\n' "$*"; }

# A port of this machine on which nobody listens.
port=$((20000 + RANDOM % 10000))
free_port() {
  port=$((port + 1))
  while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do port=$((port + 1)); done
}

# company NAME…: an identity and a passphrase for each, and everybody pins everybody's card. In life, each does this on
# a machine of its own, and compares the keys by another channel.
company() {
  local name other
  for name in "$@"; do
    free_port
    "$quorate" init "$name" --listen "127.0.0.1:$port" --home "$work/$name" > "$work/$name.out" 2>&1
    "$quorate" card --home "$work/$name" > "$work/$name.card"
    (umask 077 && head -c 15 /dev/urandom | base64 > "$work/$name.passphrase")
  done
  for name in "$@"; do
    for other in "$@"; do
      [ "$name" = "$other" ] || "$quorate" trust "$work/$other.card" --home "$work/$name" > "$work/$name.out" 2>&1
    done
  done
}

# person NAME ROLE: a line of people in a policy.
person() {
  printf '\n[people.%s]\n' "$1"
  sed -n 's/^public_key/identity/p' "$work/$1.card"
  printf 'roles = ["%s"]\n' "$2"
}

# at NAME COMMAND…: what NAME types.
at() {
  local name=$1
  shift
  "$quorate" "$@" --home "$work/$name"
}

# together CODE "A B" COMMAND…: these holders run the same command at once, and each must end with this code.
together() {
  local expected=$1 names=$2 name code
  local -A jobs
  shift 2
  for name in $names; do
    "$quorate" "$@" --home "$work/$name" --passphrase-file "$work/$name.passphrase" \
      > "$work/$name.out" 2> "$work/$name.err" &
    jobs[$name]=$!
  done
  for name in $names; do
    code=0
    wait "${jobs[$name]}" || code=$?
    if [ "$code" != "$expected" ]; then
      echo "$name: quorate $* ended with code $code; expected $expected" >&2
      cat "$work/$name.err" >&2
      exit 1
    fi
  done
}

# field NAME: a text of the JSON object on standard input, with its line breaks.
field() { printf '%b' "$(sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/")"; }

# bytes: what hexadecimal digits on standard input stand for.
bytes() { printf '%b' "$(sed 's/../\\x&/g')"; }
