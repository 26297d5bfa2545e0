#!/usr/bin/env bash
# Make .venv with the locked packages and the Dutch pipeline. Idempotent; no root.
set -euo pipefail

zeg() { printf '%s\n' "$*" >&2; }

# A Python 3.11 or 3.10 that can make a venv: on the path, then under pyenv.
zoek_python() {
  local versie kandidaat
  for versie in 3.11 3.10; do
    for kandidaat in "$(command -v "python$versie" || true)" \
      "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$versie".*/bin/python "$(command -v python3 || true)"; do
      [ -x "$kandidaat" ] || continue
      "$kandidaat" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$versie')" \
        2>/dev/null && { echo "$kandidaat"; return 0; }
    done
  done
  return 1
}

python="${PYTHON:-$(zoek_python || true)}"
if [ -z "$python" ] && command -v uv >/dev/null; then
  zeg "Geen Python 3.11 of 3.10 gevonden; uv haalt er een op ..."
  uv python install 3.11 >&2 && python="$(uv python find 3.11)"
fi
if [ -z "$python" ]; then
  zeg "Ouderwijzer heeft Python 3.11 of 3.10 nodig (met venv). Installeer die, of zet PYTHON=/pad/naar/python3.11."
  exit 1
fi
if [ "$(uname -s)-$(uname -m)" != "Linux-x86_64" ]; then
  zeg "Let op: Ouderwijzer is alleen getest op Linux x86-64."
fi

if [ ! -x .venv/bin/uv ]; then
  zeg "1/3 Omgeving maken met $("$python" --version) ..."
  "$python" -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
fi
zeg "2/3 Pakketten installeren (eerste keer: een tot enkele minuten) ..."
VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --no-deps --require-hashes --compile-bytecode \
  -r requirements.lock
zeg "3/3 Nederlandse taalpijplijn installeren ..."
VIRTUAL_ENV="$PWD/.venv" .venv/bin/uv pip install --quiet --no-deps --no-index --reinstall \
  --compile-bytecode models/nl_core_news_sm-*.whl
touch .venv/klaar
zeg "Installatie klaar."
