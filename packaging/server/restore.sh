#!/bin/sh
# Restaure une sauvegarde :  restore.sh FICHIER.dump.age CLÉ
# La base en place n’est pas effacée : elle est mise de côté sous un autre nom, à effacer quand tout va bien. Ensuite : mise
# à la version du programme, nouvelle époque (chaque poste rend ce que la sauvegarde n’a pas), index refait.
# Les bilans du dossier « documents » qui est à côté de la sauvegarde, s’il y en a un, reviennent : ceux qui manquent.
# À lancer en root, « preau » arrêté.
set -eu
umask 077
backup=${1:?Donnez le fichier de la sauvegarde.}
key=${2:?Donnez le fichier de la clé privée.}
admin=${PREAU_ADMIN:-/opt/preau/packaging/server/preau-admin}
here=$(dirname "$0")
fresh="preau_restauree"

# Depuis un dossier où postgres peut entrer : sinon chaque commande s’en plaint.
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
exists() { [ "$(as_postgres psql -XAtq -d postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }

if exists preau && [ "$(as_postgres psql -XAtq -d postgres -c \
    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'preau'")" != 0 ]; then
    echo "La base « preau » sert encore : arrêtez d’abord le serveur (systemctl stop preau). Rien n’a été changé." >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
age --decrypt --identity "$key" --output "$work/base" "$backup"
pg_restore --file=/dev/null "$work/base"
# Le rôle, s’il manque (machine neuve) ; puis la base restaurée à côté de celle en place, tout ou rien.
as_postgres psql -Xq -d postgres <"$here/postgresql.sql"
as_postgres psql -Xq -d postgres -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" \
    -c "DROP DATABASE IF EXISTS $fresh" \
    -c "CREATE DATABASE $fresh OWNER preau ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
as_postgres pg_restore --exit-on-error --single-transaction --no-owner --role=preau --dbname="$fresh" <"$work/base"
aside="preau_avant_$(date -u +%Y%m%d_%H%M%S)"
as_postgres psql -Xq -d postgres -v ON_ERROR_STOP=1 -c "ALTER DATABASE preau RENAME TO $aside" \
    -c "ALTER DATABASE $fresh RENAME TO preau"
as_postgres psql -Xq -d postgres <"$here/postgresql.sql"
kept=$(dirname "$backup")/documents
if [ -d "$kept" ]; then
    mkdir -p /var/lib/preau/documents
    cp -Rn "$kept/." /var/lib/preau/documents/
    chown -R preau:preau /var/lib/preau/documents
fi
"$admin" migrate
"$admin" new-epoch
"$admin" reindex
echo "Restaurée. L’ancienne base s’appelle $aside : effacez-la quand tout va bien (runuser -u postgres -- dropdb $aside)."
