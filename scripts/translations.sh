#!/usr/bin/env bash
# Brings the catalogues of web/translations up to date with the pages and the scripts, and compiles them.
set -euo pipefail
cd "$(dirname "$0")/../web"
babel=$(command -v pybabel || echo ../.venv/bin/pybabel)
words=$(mktemp)
trap 'rm -rf "$words" "${notices%/*}"' EXIT
# Notices of answers and the words of the flow diagram are plain strings: each becomes a word of the catalogue.
notices=$(mktemp -d)/notices.py
sed -nE 's/^[A-Z_]+ = (".*")$/_(\1)/p' ../search/notices.py ../litatlas/parts/reviewing/prisma_words.py >"$notices"
"$babel" -q extract -F translations/babel.cfg -k say -k lazy_gettext --no-location --sort-output --omit-header -o "$words" . "${notices%/*}"
"$babel" -q update -i "$words" -d translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
"$babel" -q compile -d translations --statistics
