#!/usr/bin/env bash
# Brings the catalogues of web/translations up to date with the pages and the scripts, and compiles them.
set -euo pipefail
cd "$(dirname "$0")/../web"
babel=$(command -v pybabel || echo ../.venv/bin/pybabel)
words=$(mktemp)
trap 'rm -f "$words"' EXIT
"$babel" -q extract -F translations/babel.cfg -k say -k lazy_gettext --no-location --sort-output --omit-header -o "$words" .
"$babel" -q update -i "$words" -d translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
"$babel" -q compile -d translations --statistics
