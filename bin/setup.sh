# Shared by the scripts beside it: find a Python, make .venv, install what is locked. To be sourced, in the project's folder.

# One sentence on what is wrong, and the end.
fail() {
    printf '%s\n' "$1" >&2
    exit 2
}

# A Python of 3.11 or later: the one in .venv when it works, else the newest of the machine.
find_python() {
    for python in .venv/bin/python python3.13 python3.12 python3.11 python3; do
        if command -v "$python" >/dev/null 2>&1 &&
            "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            return
        fi
    done
    found=$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null) || found=none
    fail "Convivio needs Python 3.11 or later, and this machine has $found: install a newer Python and start again."
}

# Install lock files into .venv, each once: its stamp holds the lock's checksum and is written only after pip succeeded.
install() {
    install_into .venv "$@"
}

# The same into another folder: for programs that are asked from outside, with libraries of their own.
install_into() {
    venv=$1
    shift
    [ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import pip' 2>/dev/null || make_venv "$venv"
    for lock in "$@"; do
        stamp="$venv/.installed-$lock"
        sum=$(cksum <"$lock")
        [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && continue
        echo "Installing $lock, this once (about a minute)"
        "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-warn-script-location \
            --require-hashes --only-binary :all: -r "$lock" ||
            fail "The packages in $lock could not be installed: see above; the next start tries again."
        printf '%s\n' "$sum" >"$stamp"
    done
}

make_venv() {
    "$python" -m venv --clear "$1" || fail "The folder $1 could not be made: see above."
}
