# Ouderwijzer. `make run` gives a chat page, `make test` a tested tree; both install what they need.
# Needs git, make and Python 3.11 or 3.10. Everything goes into .venv/ and var/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
POORT ?= 5005
SET ?=
OUT ?=
SETS ?=
CURVES ?=
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

# What training depends on; a changed text in content/ or domain responses needs no training of
# the understanding (Rasa's own cache skips it), names and places are read from the knowledge base.
MODEL_INPUTS := config.yml domain.yml $(wildcard data/*.yml) \
  $(wildcard data/onderwerpen/*.yml) $(wildcard ouderwijzer/begrip/*.py) \
  $(wildcard ouderwijzer/begrip/*.yml) $(wildcard models/*.whl)

.PHONY: help install run train test check shell evaluate leercurve vangnet gesprekken bench spacy-model widget lock clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 24

install: .venv/klaar  ## Python, packages and the Dutch pipeline, in .venv
.venv/klaar: requirements.lock $(wildcard models/*.whl) scripts/installeer.sh
	@bash scripts/installeer.sh

run: var/model.klaar  ## Chat page on http://127.0.0.1:5005/ (POORT= moves it)
	@$(PY) -m ouderwijzer.start --poort $(POORT)

train: var/model.klaar  ## Train, only when something it depends on changed
var/model.klaar: .venv/klaar $(MODEL_INPUTS)
	@$(PY) -m ouderwijzer.trainen
	@touch $@

test: var/model.klaar  ## Everything that must be true
	@bash scripts/test.sh

check: .venv/klaar  ## Content and training data, in seconds (Dutch, for editors)
	@$(PY) -m ouderwijzer.redactie.controle

shell: var/model.klaar  ## Talk in the terminal
	@$(PY) -m ouderwijzer.start --shell

evaluate: var/model.klaar  ## Understanding in figures: SET=file.yml [OUT=file.json]
	@test -n "$(SET)" || { echo "make evaluate needs SET=file.yml" >&2; exit 2; }
	@$(PY) -m ouderwijzer.redactie.meten "$(SET)" $(if $(OUT),--out "$(OUT)")

leercurve: .venv/klaar  ## Would more examples still help: SET=file.yml
	@test -n "$(SET)" || { echo "make leercurve needs SET=file.yml" >&2; exit 2; }
	@$(PY) -m bench.leercurve "$(SET)"

vangnet: .venv/klaar  ## Emergencies, by rules and classifier: SETS="file.yml …" [CURVES=1]
	@test -n "$(SETS)" || { echo "make vangnet needs SETS=file.yml" >&2; exit 2; }
	@$(PY) -m bench.vangnet $(SETS) $(if $(CURVES),--curves)

gesprekken: var/model.klaar  ## Play talks: [SET=file.yml] [OUT=file.json]
	@$(PY) -m ouderwijzer.redactie.gesprekken $(if $(SET),"$(SET)",tests/gesprekken) $(if $(OUT),--out "$(OUT)")

bench: var/model.klaar  ## Turn time, start and memory beside a `rasa init` project
	@$(PY) -m bench.vergelijk

spacy-model: .venv/klaar  ## Train the Dutch pipeline again: UD=folder with treebanks (some 45 minutes)
	@test -n "$(UD)" || { echo "make spacy-model needs UD=folder" >&2; exit 2; }
	@$(PY) scripts/spacy_model.py --ud "$(UD)" --out models

widget:  ## Build the widget's bundle again (needs Node)
	@cd widget && npm ci --no-audit --no-fund && npm run build

lock: .venv/klaar  ## Resolve the dependencies again into requirements.lock
	@.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.10 \
	  --generate-hashes --no-emit-index-url --override requirements.overrides.txt -q -o requirements.lock

clean:  ## Remove what was built and trained (keeps .venv)
	@rm -rf var models/*.tar.gz .rasa results
