#!/bin/sh
# Prints the path of a Python that Anban runs on (3.11 or newer, with venv). As root on Debian it installs one.
set -eu

good() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_one() {
    for name in "${PYTHON:-python3.11}" python3.11 python3 python3.12 python3.13; do
        if good "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

find_one && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Python is missing: installing python3 and python3-venv" >&2
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv) >&2
    find_one && exit 0
fi
echo "Anban needs Python 3.11 or newer with its venv module. Install it (on Debian: apt-get install python3 python3-venv), then run the command again." >&2
exit 1
