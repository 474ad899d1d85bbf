#!/bin/sh
# Prévient root (un alias vers l’exploitant dans /etc/aliases) qu’une unité a échoué. Sans « mail », le journal seul le dit.
set -eu
unit=$1
logger --priority daemon.err --tag preau "$unit a échoué : journalctl -u $unit" || true
if command -v mail >/dev/null 2>&1; then
    printf 'Sur %s, %s a échoué.\nVoyez : journalctl -u %s\n' "$(hostname)" "$unit" "$unit" |
        mail -s "Préau : $unit a échoué" root
fi
