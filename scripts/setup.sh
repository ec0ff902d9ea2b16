#!/bin/sh
# Make .venv with Python 3.10 and the pinned packages, getting uv and Python where they are missing.
# Quick when nothing changed: the stamp holds a digest of what the environment was made from.
set -eu
cd "$(dirname "$0")/.."

export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"  # a proxy's certificate counts too, as for every other program

say() { printf '%s\n' "$*" >&2; }
stop() { say "setup: $*"; exit 1; }

digest=$(cat requirements.lock scripts/setup.sh .python-version | cksum)
[ -x .venv/bin/python ] && [ "$(cat .venv/.made-from 2>/dev/null)" = "$digest" ] && exit 0

find_uv() {
    for uv in uv .tools/bin/uv .tools/lib/bin/uv; do
        command -v "$uv" >/dev/null 2>&1 && return 0
    done
    return 1
}
if ! find_uv; then
    command -v python3 >/dev/null || stop "python3 is missing; install it, or uv"
    say "getting uv ..."
    { python3 -m venv .tools && .tools/bin/python -m pip install -q uv; } >/dev/null 2>&1 ||
        { rm -rf .tools && python3 -m pip install -q --target .tools/lib uv; } >/dev/null 2>&1 || true
    find_uv || stop "cannot get uv: install uv, or python3 with pip and venv (Debian: apt install python3-venv), and see that the package registry can be reached"
fi

version=$(cat .python-version)
find_python() {
    python=$("$uv" python find --system --no-python-downloads "$version" 2>/dev/null) && return 0
    for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python; do
        [ -x "$python" ] && return 0
    done
    return 1
}
if ! find_python; then
    say "getting Python $version ..."
    "$uv" python install "$version" >/dev/null 2>&1 || true
    find_python || stop "cannot get Python $version: install it (for example: pyenv install $version) and try again"
fi

say "installing the packages (a few minutes the first time) ..."
rm -f .venv/.made-from
"$uv" venv -q --allow-existing --python "$python" .venv || stop "cannot make .venv; remove the folder and try again"
# The CPU build of torch is ten times smaller than the default one, but its registry is not reached everywhere.
small_torch="--torch-backend cpu"
# shellcheck disable=SC2086
UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=0 "$uv" pip install -q --python .venv/bin/python $small_torch -r requirements.lock 2>/dev/null || {
    say "  (the registry of small torch builds is out of reach; taking the default, which is large)"
    "$uv" pip install --python .venv/bin/python -r requirements.lock || stop "the packages could not be installed; the lines above say why"
}
"$uv" pip check -q --python .venv/bin/python || stop "the installed packages do not fit each other; remove .venv and try again"
printf '%s' "$digest" >.venv/.made-from
say "the environment is ready"
