#!/usr/bin/env bash
# Set up what `make demo`, `make test` and `make lint` need: Debian packages and .venv from the lock.
#
# The stamp in .venv is named after everything the installation depends on and is written last, so an
# interrupted set-up is mended by the next call, and a finished one costs a few milliseconds.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
locks="lock/build.txt lock/requirements.txt"
needed_kib=$((6 * 1024 * 1024))

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# A Python that is new enough and can make virtual environments; Debian's needs python3-venv for that.
find_python() {
    for candidate in python3.11 /usr/bin/python3.11 python3 /usr/bin/python3; do
        if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
        then echo "$candidate"; return; fi
    done
}

install_debian() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null ||
        stop "missing $*: install these Debian packages (apt-get install $*) and try again."
    say "installing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update &&
        apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"; } >/dev/null ||
        stop "apt-get could not install $*: see its message above."
}

# One set-up at a time: two terminals must not install into the same folder.
exec 9<"$0"
flock 9

missing=""
command -v g++ >/dev/null || missing="$missing g++"
command -v verilator >/dev/null || missing="$missing verilator"
# shellcheck disable=SC2086  # a list of words
[ -z "$missing" ] || install_debian $missing

# The path is part of the stamp because the scripts in .venv/bin name it.
# shellcheck disable=SC2086
stamp=$venv/.stamp-$({ pwd; cat $locks pyproject.toml; } | sha256sum | cut -d' ' -f1)
if [ -e "$stamp" ] && "$venv/bin/python" -c '' 2>/dev/null; then exit 0; fi

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    free_kib=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free_kib" -ge "$needed_kib" ] ||
        stop "$((free_kib / 1024)) MiB are free in $PWD, $((needed_kib / 1024)) MiB are needed: free some space and try again."
    python=$(find_python)
    if [ -z "$python" ]; then
        install_debian python3 python3-venv
        python=$(find_python)
    fi
    [ -n "$python" ] || stop "no Python >= 3.11 with the venv module was found: install one and try again."
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
rm -f "$venv"/.stamp-*

# What pip was killed in the middle of has no INSTALLER yet; without its dist-info pip installs it anew.
find "$venv"/lib -maxdepth 4 -name '*.dist-info' | while read -r info; do
    [ -e "$info/INSTALLER" ] || rm -rf "$info"
done

pip() {
    "$venv/bin/python" -m pip --no-input --disable-pip-version-check "$@" >>"$venv/pip.log" 2>&1 && return
    tail -n 20 "$venv/pip.log" >&2
    stop "pip $1 failed: see above, and $venv/pip.log for the whole of it."
}

say "installing the locked packages into $venv, about two minutes and 3.5 GB"
for lock in $locks; do
    pip install --no-compile --require-hashes --no-deps --no-build-isolation -r "$lock"
done
pip install --no-deps --no-build-isolation --editable .
pip check
touch "$stamp"
