# The two commands that matter: `make run` serves the tutor, `make test` tests it. Both set up what is missing.
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export PYTHONPATH := $(CURDIR)
export TF_CPP_MIN_LOG_LEVEL := 3
export HF_HUB_OFFLINE := 1
unexport PYTHONDONTWRITEBYTECODE  # hundreds of modules are compiled once, not at every start

.PHONY: help run test check style course bench screenshots eval audit fuzz loadtest ready setup index train validate lock clean

help:  ## Show the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: ready  ## Set up what is missing and serve the tutor
	@$(PYTHON) -m bot

test: ready  ## Set up what is missing and run every test, on two cores; ARGS="-n 0 tests/test_quiz.py" for some of them
	@$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: style course  ## Style, types, and the course

style: setup
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

course: index
	@$(PYTHON) -m tutor check

bench: ready  ## Measure start, memory, replies and training, beside Rasa's default bot; the widget in a browser
	@$(PYTHON) -m bench.serving --docs docs $(ARGS)
	@$(PYTHON) -m bench.widget

screenshots: ready  ## Picture the widget's states into docs/screenshots/
	@$(PYTHON) -m bench.screenshots $(ARGS)

loadtest: ready  ## 200 students on two workers with PostgreSQL and Redis; ARGS=--write keeps the figures
	@$(PYTHON) -m bench.loadtest $(ARGS)

eval: ready  ## Measure answers, search and intents, beside Rasa's default and plain retrieval
	@$(PYTHON) -m bench.evaluation --date "$$(date +%F)" $(ARGS)

validate: setup  ## Rasa's own check of intents, rules and domain
	@$(PYTHON) -W ignore -m rasa data validate --data bot/data --config config.yml --domain domain.yml --fail-on-warnings

fuzz: ready  ## Random and mutated messages through the trained bot: ARGS="--messages 100000"
	@$(PYTHON) -m bench.fuzzing $(ARGS)

audit:  ## Ask for advisories on the pinned packages (needs the network)
	@scripts/audit.sh

ready: index train

setup:
	@scripts/setup.sh

index: setup
	@$(PYTHON) -m tutor index

train: setup index
	@$(PYTHON) -m bot.train

lock:  ## Pin every package anew (names only, no registry)
	@uv pip compile -q --python-version 3.10 --extra dev --extra milvus --no-header --no-annotate pyproject.toml -o requirements.lock
	@sed -i -E '/^(nvidia-|cuda-|triton)/d' requirements.lock  # torch brings what its build needs

clean:  ## Remove everything that was generated
	@rm -rf .venv .tools var models .rasa results
