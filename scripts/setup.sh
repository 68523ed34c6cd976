#!/bin/sh
# Makes a fresh clone ready to run: packages from the lock file, a Node that fits, a redis-server.
# Every npm script that needs them calls this first, in a shell process of its own: a shell remembers
# where it found `node`, and the pinned one appears only here. A second run changes nothing.
#
# What it leaves behind: node_modules/ (with .carnet-setup, the stamp) and, where Redis could not
# be installed system-wide, .cache/redis/bin/redis-server. Whatever starts a Redis takes that one if it
# exists (then there was no other) and the one on the PATH otherwise.
set -eu
cd "$(dirname "$0")/.."

NODE_MIN=24.15
REDIS_MAJOR_MIN=7
STAMP=node_modules/.carnet-setup
REDIS_HOME=$PWD/.cache/redis

say() { printf 'setup: %s\n' "$1" >&2; }
refuse() {
  say "$1"
  exit 1
}

# --- packages ------------------------------------------------------------------------------------

# What is installed depends on these and on nothing else.
wanted_packages() {
  uname -sm
  cat package-lock.json .npmrc
}

packages_are_installed() {
  [ -f "$STAMP" ] && wanted_packages | cmp -s - "$STAMP"
}

# The PATH without node_modules folders: `npm ci` deletes the pinned Node while it runs, so it must
# not run on it.
outer_path() {
  printf '%s\n' "$PATH" | tr ':' '\n' | grep -v '/node_modules/' | paste -s -d ':' -
}

install_packages() {
  command -v npm >/dev/null || refuse 'npm is missing: install Node.js with npm and run this again.'
  say 'installing the packages of package-lock.json'
  rm -f "$STAMP"
  PATH=$(outer_path) npm ci --include=dev --include=optional --loglevel=error >&2 ||
    refuse 'npm ci failed (see above); nothing is half-trusted, just run this again.'
  # Written last and moved in one step: an interrupted installation has no stamp and is done again.
  wanted_packages >"$STAMP.new"
  mv "$STAMP.new" "$STAMP"
}

# --- Node ----------------------------------------------------------------------------------------

# Succeeds when version "$1" (as in v24.21.0) is at least NODE_MIN.
node_fits() {
  printf '%s %s\n' "${1#v}" "$NODE_MIN" |
    awk '{ split($1, a, "."); split($2, b, "."); exit !(a[1] > b[1] || (a[1] == b[1] && a[2] >= b[2])) }'
}

# npm puts node_modules/.bin first, so the pinned binary wins wherever a package brings one.
check_node() {
  found=$(PATH=$PWD/node_modules/.bin:$PATH node --version 2>/dev/null) || found=none
  [ "$found" != none ] && node_fits "$found" ||
    refuse "no Node comes with the packages for $(uname -sm), so install Node $NODE_MIN or later yourself (found: $found)."
}

# --- Redis ---------------------------------------------------------------------------------------

find_redis() {
  command -v redis-server ||
    { [ -x "$REDIS_HOME/bin/redis-server" ] && printf '%s\n' "$REDIS_HOME/bin/redis-server"; }
}

check_redis() {
  redis=$(find_redis) || refuse 'redis-server is still missing after its installation.'
  version=$("$redis" --version 2>&1) || refuse "$redis does not start: $version"
  major=$(printf '%s\n' "$version" | sed -n 's/.* v=\([0-9]*\)\..*/\1/p')
  [ "${major:-0}" -ge "$REDIS_MAJOR_MIN" ] ||
    refuse "$redis is too old: Carnet needs Redis $REDIS_MAJOR_MIN or later ($version)."
}

install_redis() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    refuse "redis-server is missing: install Redis $REDIS_MAJOR_MIN or later (macOS: brew install redis) so that redis-server is on the PATH."
  fi
  if [ "$(id -u)" -eq 0 ]; then install_redis_for_all; fi
  # Not root, or it is installed where the PATH does not lead.
  find_redis >/dev/null || unpack_redis
}

# Descriptor 9 is the lock: a service that apt starts must not inherit it and hold it for ever.
install_redis_for_all() {
  say 'installing redis-server with apt-get'
  log=$PWD/.cache/apt.log
  {
    # Old package lists may still do, so only the installation decides.
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server
  } >"$log" 2>&1 9>&- || {
    tail -n 5 "$log" >&2
    refuse "apt-get could not install redis-server (all it said is in $log)."
  }
  # Carnet starts servers of its own. The one the package starts was not asked for.
  if [ -d /run/systemd/system ]; then systemctl disable --quiet --now redis-server >&2 || true; fi
}

# Without root: the same packages, unpacked where only this project sees them.
unpack_redis() {
  say 'unpacking redis-server into .cache/redis'
  work=$PWD/.cache/redis-packages
  rm -rf "$work" "$REDIS_HOME"
  mkdir -p "$REDIS_HOME" "$work/debs" "$work/lists/partial" "$work/archives/partial"
  # A bare machine may never have fetched its package lists; lists of our own need no root.
  if ! fetch_redis_packages "$work" 2>/dev/null; then
    lists="Dir::State::Lists=$work/lists"
    { apt-get -o "$lists" -o "Dir::Cache=$work" update -qq && fetch_redis_packages "$work" -o "$lists"; } >&2 ||
      refuse 'the packages of redis-server could not be fetched: ask an administrator to install redis-server.'
  fi
  for package in "$work"/debs/*.deb; do dpkg -x "$package" "$REDIS_HOME/root"; done
  rm -rf "$work"
  write_redis_wrapper
}

# Fetches redis-server and the libraries it needs that this machine lacks. "$2…" are apt options.
fetch_redis_packages() {
  work=$1
  shift
  set -- -o "Dir::Cache=$work" "$@"
  missing=$(apt-get "$@" --simulate install --no-install-recommends redis-server |
    awk '$1 == "Inst" { print $2 }')
  # shellcheck disable=SC2086 # one word per package
  (cd "$work/debs" && apt-get "$@" download -qq \
    $(printf '%s\n' redis-server redis-tools libjemalloc2 liblzf1 $missing | sort -u)) >&2
}

# The wrapper finds its libraries beside itself, so the project's folder may be moved.
write_redis_wrapper() {
  libraries=$(cd "$REDIS_HOME/root" && find . -name '*.so.*' -exec dirname {} \; | sort -u)
  mkdir -p "$REDIS_HOME/bin"
  {
    printf '%s\n' '#!/bin/sh' 'root=$(cd "$(dirname "$0")/../root" && pwd)'
    for folder in $libraries; do
      printf 'LD_LIBRARY_PATH=$root/%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\n' "${folder#./}"
    done
    printf '%s\n' 'export LD_LIBRARY_PATH' 'exec "$root/usr/bin/redis-server" "$@"'
  } >"$REDIS_HOME/bin/redis-server.new"
  chmod +x "$REDIS_HOME/bin/redis-server.new"
  # Last and in one step, for the same reason as the stamp.
  mv "$REDIS_HOME/bin/redis-server.new" "$REDIS_HOME/bin/redis-server"
}

# --- the whole -----------------------------------------------------------------------------------

mkdir -p .cache
# Two set-ups at once would delete each other's files. The lock ends with the process, however it
# ends. Where flock does not exist (macOS) nobody guards against the second one.
if command -v flock >/dev/null; then
  exec 9>.cache/setup.lock
  flock -n 9 || {
    say 'waiting for another set-up of this folder'
    flock 9
  }
fi

packages_are_installed || install_packages
check_node
find_redis >/dev/null || install_redis
check_redis
