#!/bin/sh
# Installs the missing packages of the given groups (desktop, tests) as root or with sudo, else names them.
set -eu
cd "$(dirname "$0")"
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=""
for group in "$@"; do
    for package in $(awk -v group="$group" '$1 !~ /^#/ && $2 == group { print $1 }' system-packages.txt); do
        # a command of that name from elsewhere (node from its own site) would not agree with Debian's package
        if command -v "$package" >/dev/null 2>&1; then continue; fi
        # « t64 »: the name that some packages took in Debian 13, where apt still knows them by the old one.
        dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q 'install ok installed' ||
            missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "Il manque des paquets du système. Lancez, comme administrateur :  apt-get install$missing" >&2
    exit 1
fi
echo "Installation des paquets du système :$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
