#!/usr/bin/env bash
# `make test`: style, types, content, Rasa's own checks, unit and browser tests, scenarios.
# Each step prints its time; the first that fails ends the run.
set -euo pipefail
export PYTHONWARNINGS="ignore:Your training data contains an example:UserWarning,ignore:You have defined training data with examples for training a response:UserWarning,ignore::DeprecationWarning,ignore::FutureWarning"
py=.venv/bin/python
mkdir -p var

stap() {
  local titel=$1 begin=$SECONDS
  shift
  printf '== %s\n' "$titel"
  "$@" || { printf 'FAILED: %s\n' "$titel" >&2; exit 1; }
  printf '   %d s\n' $((SECONDS - begin))
}

rasa_stil() { # Rasa's log is long; it is shown only when the step fails
  "$py" -m rasa "$@" >var/test-rasa.log 2>&1 || { tail -n 40 var/test-rasa.log >&2; return 1; }
}

stap "Style (ruff)" .venv/bin/ruff check -q .
stap "Format (ruff)" .venv/bin/ruff format -q --check .
stap "Types (mypy --strict)" .venv/bin/mypy --no-error-summary -p ouderwijzer -p actions
stap "Content and training data" "$py" -m ouderwijzer.redactie.controle
stap "rasa data validate" rasa_stil data validate --fail-on-warnings
stap "rasa test core" rasa_stil test core --stories tests/test_stories.yml --fail-on-prediction-errors --out var/rasa-core
stap "Scenarios" "$py" -m ouderwijzer.redactie.gesprekken tests/gesprekken
stap "Understanding, floor on the blind set" env MIN_TOP1="${MIN_TOP1:-0.84}" MIN_TOP3="${MIN_TOP3:-0.93}" \
  "$py" -m ouderwijzer.redactie.meten tests/begrip/blind.yml --out var/blind.json
# Last, so that its closing line (passed, failed, skipped and why) is the last screen.
stap "pytest" "$py" -m pytest -q -p no:cacheprovider
