#!/bin/sh
# Passe à la version du programme qui est dans /opt/preau : sauvegarde, arrêt, migration, démarrage, attente de /pret.
# À lancer en root, une fois le nouveau programme installé.
set -eu
port=$(sed -n 's/^PREAU_PORT=//p' /etc/preau/preau.env)
systemctl start preau-backup.service
systemctl stop preau.service
if ! /opt/preau/packaging/server/preau-admin migrate; then
    echo "La base est comme avant. Remettez l’ancien programme (git checkout), puis : systemctl start preau" >&2
    exit 1
fi
systemctl start preau.service
if ! curl --silent --fail --output /dev/null --retry 60 --retry-delay 1 --retry-all-errors --max-time 120 \
    "http://127.0.0.1:$port/pret"; then
    echo "Le serveur ne répond pas : journalctl -u preau. Pour revenir : ancien programme, puis « Restaurer »." >&2
    exit 1
fi
echo "À jour."
