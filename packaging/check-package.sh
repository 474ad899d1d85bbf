#!/bin/sh
# Tries dist/preau as a school's PC would have it: copied elsewhere, no Python on the PATH, an empty home, no display.
# Usage: check-package.sh FOLDER [PYTHON], the Python of the build only to list what was packed.
set -eu
folder=$(cd "${1:?folder of the application}" && pwd)
tried=$(mktemp -d)
trap 'rm -rf "$tried"' EXIT

fail() {
    echo "make package : $1" >&2
    exit 1
}

if [ -n "${2:-}" ]; then
    "$2" -m PyInstaller.utils.cliutils.archive_viewer --list --recursive --brief "$folder/preau" >"$tried/packed"
    grep -E "^[[:space:]]*(app\.server|fastapi|starlette|uvicorn|jinja2|psycopg|pytest)(\.|$)" "$tried/packed" >&2 &&
        fail "le serveur ou les tests sont dans le dossier"
fi
find "$folder" -name '*.so*' | grep -E 'Qt6?(Quick|Qml|Pdf|WebEngine|Sql|Designer|3D|Charts)|gtk|libpq|libglib|libstdc' >&2 &&
    fail "une bibliothèque qui n’a rien à faire là"

find "$folder" -type f \( -name '*.so*' -o -name preau \) -exec objdump -p {} + 2>/dev/null |
    awk '$1 == "NEEDED" { print $2 }' | sort -u >"$tried/needed"
for library in "$folder"/_internal/lib*.so* "$folder"/_internal/PySide6/Qt/lib/lib*.so*; do
    case ${library##*/} in libpython3*) continue ;; esac
    [ -L "$library" ] || grep -qxF "${library##*/}" "$tried/needed" || fail "${library##*/} : personne ne s’en sert"
done

cp -R "$folder" "$tried/Préau de l'école"
mkdir "$tried/home"
here() { (cd "$tried/home" && env -i HOME="$tried/home" PATH=/nonexistent LANG=C.UTF-8 "$tried/Préau de l'école/preau" "$@"); }

here --self-test || fail "l’application copiée ailleurs ne passe pas son propre essai"
for command in "serve" "demo" "admin devices"; do
    # shellcheck disable=SC2086
    if here $command >"$tried/out" 2>&1; then
        fail "« preau $command » aurait dû refuser"
    fi
    grep -q "ne contient ni le serveur" "$tried/out" || { cat "$tried/out" >&2; fail "« preau $command » sans sa phrase"; }
done
[ -z "$(ls -A "$tried/home")" ] || { find "$tried/home" >&2; fail "l’essai a laissé des fichiers"; }
echo "$(du -sm "$folder" | cut -f1) Mo, $(find "$folder" -type f | wc -l) fichiers : $folder"
