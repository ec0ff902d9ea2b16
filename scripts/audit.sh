#!/bin/sh
# Ask for advisories on the pinned packages, leaving out those of security/advisories.yml. Needs the network and uv (or pip-audit itself).
# 0: none but accepted ones; 1: others; 3: it could not be asked.
set -u
cd "$(dirname "$0")/.."
accepted=$(grep -oE '(CVE-[0-9]+-[0-9]+|GHSA(-[0-9a-z]{4}){3}|PYSEC-[0-9]+-[0-9]+)' security/advisories.yml | sort -u | sed 's/^/--ignore-vuln /')
if command -v pip-audit >/dev/null 2>&1; then audit="pip-audit"
elif command -v uvx >/dev/null 2>&1; then audit="uvx -q pip-audit"
elif [ -x .tools/bin/uvx ]; then audit=".tools/bin/uvx -q pip-audit"
else echo "audit: neither pip-audit nor uv is installed, so nothing was asked; install one of them and try again" >&2; exit 3; fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# shellcheck disable=SC2086
$audit --disable-pip --no-deps -r requirements.lock --progress-spinner off $accepted >"$said" 2>&1
status=$?
cat "$said"
if [ "$status" -ne 0 ] && ! grep -qE '^Found [0-9]+ known vulnerabilit' "$said"; then
    echo "audit: the advisories could not be asked for (no network?), so this run says nothing about the packages" >&2
    exit 3
fi
exit "$status"
