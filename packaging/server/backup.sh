#!/bin/sh
# Sauvegarde la base : un fichier par passage, relu en entier avant d’être gardé, chiffré pour une clé qui n’est pas ici,
# effacé après 30 jours (docs/guides/operateur.md, « Durées de conservation »). Les bilans, chiffrés déjà par le secret du
# serveur, sont copiés à côté tels quels, une fois chacun. Ni le secret ni les réglages n’y entrent. Écrit le nom du fichier.
set -eu
umask 077
folder=${PREAU_BACKUP_DIR:-/var/backups/preau}
recipients=${PREAU_BACKUP_RECIPIENTS:-/etc/preau/backup-recipients.txt}
documents=${PREAU_BACKUP_DOCUMENTS:-/var/lib/preau/documents}
days=30

[ -s "$recipients" ] || {
    echo "Il manque la clé publique de chiffrement : $recipients. Aucune sauvegarde n’a été faite." >&2
    exit 1
}
work=$(mktemp -d "$folder/.en-cours.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
pg_dump --format=custom --compress=6 --no-owner --no-privileges --lock-wait-timeout=60s --dbname=preau \
    --file="$work/base"
# Relire tout, ligne par ligne : une sauvegarde que l’on n’a pas relue n’en est pas une.
pg_restore --file=/dev/null "$work/base"
pg_restore --list "$work/base" | grep -q ' TABLE DATA public server_state ' || {
    echo "La sauvegarde est lisible, mais ce n’est pas la base d’un serveur Préau. Elle n’a pas été gardée." >&2
    exit 1
}
age --encrypt --recipients-file "$recipients" --output "$work/chiffre" "$work/base"
sync "$work/chiffre"
file="$folder/preau-$(date -u +%Y%m%dT%H%M%SZ).dump.age"
mv "$work/chiffre" "$file"
# Après la base : tout bilan qu’elle nomme est là. Un bilan effacé du serveur reste ici 30 jours après son dernier passage.
if [ -d "$documents" ]; then
    mkdir -p "$folder/documents"
    cp -Rn "$documents/." "$folder/documents/"
    (cd "$documents" && find . -type f -print0) | (cd "$folder/documents" && xargs -0 -r touch -c --)
    find "$folder/documents" -type f -mtime "+$days" -delete
fi
find "$folder" -maxdepth 1 -type f -name 'preau-*.dump.age' -mtime "+$days" -delete
echo "$file"
