# Needs Python 3.11 or newer and make, nothing else. What is installed is locked by hash and stays inside .venv.

PYTHON ?= python3

# pyright asks the network at each start whether it is the newest; the lock decides that.
export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1

# Every test starts processes, each of which would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

say = @printf '==> %s\n' "$(1)" >&2
install = .venv/bin/python -m pip install -qq --disable-pip-version-check
# Wheels only: a source distribution would build with tools that no hash vouches for.
locked = $(install) --require-hashes --only-binary :all:
compile = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

comma := ,
ROUNDS ?= 200
SERVERS ?= 13,14,15,16,17
SAVES ?= 2000
SEED := $(or $(SEED),$(shell date +%s))

judged = ../shared/conformance
npm = postgres drizzle
applications = $(patsubst requirements/apps/%.txt,.venv/apps/%/installed,$(wildcard requirements/apps/*.txt))

patient = $(foreach name,connect exporter lock_queue poolers wait,tests/deploy/test_$(name).py)

.PHONY: help run test waits apps versions chaos live soak k8s folders drizzle fuzz conformance check bench screen metrics messages lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: .venv/project ## Watch schemas/ and keep migrations/ and an embedded Postgres in step, until Ctrl-C
	$(call say,watching schemas/ - Ctrl-C stops)
	@.venv/bin/ccm-daemon watch --apply

test: .venv/project .venv/sqlalchemy-2.0 ## Run the test suite
	$(call say,running the tests)
	@.venv/bin/pytest -n 2 --dist worksteal $(addprefix --ignore ,tests/drizzle tests/folders tests/k8s $(patient))

waits: .venv/project ## Run what has to wait for something: locks, poolers, runs of others, servers that are away
	$(call say,waiting for locks$(comma) poolers and servers)
	@.venv/bin/pytest -n 2 --dist worksteal $(patient)

apps: .venv/project $(applications) ## Compare diff with create_all() for the models of Airflow, Dagster, Prefect and others
	$(call say,comparing the models of applications)
	@.venv/bin/pytest -n 2 --dist worksteal tests/apps/create_all.py

versions: .venv/project $(if $(filter-out 15,$(subst $(comma), ,$(SERVERS))),.venv/postgres) ## Run the tests that look at servers of any version on the older ones (SERVERS=13,14,15,16,17; all but 15 need npm)
	$(call say,running on PostgreSQL $(subst $(comma), ,$(SERVERS)))
	@.venv/bin/pytest -n 2 --dist worksteal --servers $(SERVERS)

chaos: .venv/project ## Kill deploy at random moments, cut its connection, crash its server (ROUNDS=200 SEED=…)
	$(call say,killing deploy $(ROUNDS) times on each server - seed $(SEED))
	@ROUNDS=$(ROUNDS) SEED=$(SEED) .venv/bin/pytest -n 2 --dist worksteal tests/chaos/*.py

live: .venv/project ## Live beside the watcher: terminal sessions, every way to save, random edits, and the seed's habits
	$(call say,working beside the watcher)
	@.venv/bin/pytest -n 2 --dist worksteal $(foreach name,screen saves random_edits warm seed,tests/live/$(name).py)

soak: .venv/project ## Save 2,000 times in ten minutes beside the watcher, and see that it stays as it was (SAVES=2000)
	$(call say,saving $(SAVES) times)
	@SAVES=$(SAVES) .venv/bin/pytest -s tests/live/soak.py

k8s: .venv/project ## Build the image and run its pods, Prometheus, a browser and the manifests: the real things, where they are
	$(call say,running the image and what looks at it)
	@.venv/bin/pytest tests/k8s

folders: .venv/project ## Take migrations folders over, pull models, import, check, and bring branches together
	$(call say,taking over folders)
	@.venv/bin/pytest -n 2 --dist worksteal tests/folders

drizzle: .venv/project .venv/drizzle ## Share a migrations folder with the real drizzle-kit and drizzle-orm (needs npm)
	$(call say,sharing a folder with Drizzle)
	@.venv/bin/pytest -n 2 --dist loadfile tests/drizzle

fuzz: .venv/project ## Draw 10,000 random schemas in the property tests (a night)
	$(call say,drawing random schemas)
	@HYPOTHESIS_PROFILE=fuzz .venv/bin/pytest -n 2 tests/engine/test_properties.py tests/engine/test_any_schema.py

conformance: .venv/project ## Judge diff by the schemas of others in ../shared/conformance, where that folder is
	@if [ ! -e $(judged)/converge.py ]; then echo 'there is no $(judged) to judge with'; else \
		for server in 15 18; do \
			printf '==> judging diff on PostgreSQL %s\n' $$server >&2; \
			PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python $(judged)/converge.py --server $$server \
				--out .venv/conformance-$$server.jsonl $(foreach name,pgschema migra psqldef,$(judged)/$(name).jsonl) || exit; \
			.venv/bin/python tests/conformance/drizzle.py --server $$server \
				--out .venv/conformance-drizzle-$$server.jsonl $(judged)/drizzle.jsonl || exit; \
		done; fi

check: .venv/project .venv/check ## Lint, check formatting, types and which module may import which
	$(call say,ruff check)
	@.venv/bin/ruff check
	$(call say,ruff format)
	@.venv/bin/ruff format --check
	$(call say,mypy)
	@.venv/bin/mypy
	$(call say,pyright)
	@.venv/bin/pyright
	$(call say,import-linter)
	@.venv/bin/lint-imports --no-logo

bench: .venv/project .venv/peers ## Measure deploy, apply, save-to-draft and diff beside their floors, scrapes and the image, and print tables
	$(call say,measuring - keep the machine quiet)
	@.venv/bin/python tests/benchmarks

screen: .venv/project ## Draw the README's picture of the watcher anew, in a real terminal (needs tmux)
	@.venv/bin/python tests/docs/screen.py

metrics: .venv/project ## Write the README's table of metrics anew
	@.venv/bin/python tests/docs/metrics.py

messages: .venv/project ## Bring the translations up to date with the texts in the source, and compile them
	@.venv/bin/python tests/messages.py

lock: .venv/check ## Write requirements/ anew from pyproject.toml (UPGRADE=1: newest versions)
	$(call say,locking requirements/)
	@$(compile) pyproject.toml --extra watch --extra embedded --extra pull --group dev -o requirements/dev.txt
	@$(compile) pyproject.toml -c requirements/dev.txt -o requirements/base.txt
	@echo 'hatchling' | $(compile) - -c requirements/dev.txt -o requirements/build.txt
	@$(compile) --group check -c requirements/dev.txt -o requirements/check.txt
	@echo 'sqlalchemy<2.1' | $(compile) - --no-deps -o requirements/sqlalchemy-2.0.txt
	@for app in $(basename $(wildcard requirements/apps/*.in)); do $(compile) $$app.in -o $$app.txt || exit; done
	@command -v npm >/dev/null || echo 'leaving $(addprefix requirements/,$(npm)) as they are: there is no npm' >&2
	@! command -v npm >/dev/null || for packages in $(npm); do \
		npm install --silent --package-lock-only --omit-lockfile-registry-resolved --prefix requirements/$$packages || exit; done

clean: ## Remove .venv and the caches; the embedded database in .ccm stays
	$(call say,removing .venv and the caches)
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist build
	@find daemon deploy engine schemas tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The files below are written last, so that what was interrupted is done again.

.venv/requirements: requirements/dev.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f"Python {v[0]}.{v[1]} is too old\n\nhint: make PYTHON=python3.12 uses another one; 3.11 is the oldest that will do")'
	$(call say,making .venv with $(PYTHON))
	@$(PYTHON) -m venv --clear .venv
	$(call say,installing requirements/dev.txt)
	@$(locked) -r requirements/dev.txt
	@touch $@

.venv/project: .venv/requirements pyproject.toml
	$(call say,installing ccm-daemon itself as editable)
	@$(install) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/check: .venv/requirements requirements/check.txt
	$(call say,installing requirements/check.txt)
	@$(locked) -r requirements/check.txt
	@touch $@

# What the benchmarks print beside us; a peer that cannot be installed is left out, and they say so.
.venv/peers: .venv/requirements
	$(call say,installing Alembic$(comma) drizzle-orm and drizzle-kit for the benchmarks)
	@$(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/pip install --quiet --disable-pip-version-check alembic==1.20.1 'psycopg[binary]==3.3.9' || echo 'there is no Alembic to install' >&2
	@npm install --silent --prefix .venv/peers drizzle-orm@0.45.4 drizzle-kit@0.31.11 pg@8.23.1 || echo 'there is no drizzle-orm to install' >&2

# The tests run the harvest under the oldest supported SQLAlchemy too: found first on PYTHONPATH, it hides the newer one.
.venv/sqlalchemy-2.0: .venv/requirements requirements/sqlalchemy-2.0.txt
	$(call say,installing requirements/sqlalchemy-2.0.txt)
	@rm -rf $@
	@$(locked) --no-deps --target $@ -r requirements/sqlalchemy-2.0.txt
	@touch $@

# An application has pins of its own, so each is alone in an environment. It needs no pip there, and few of its modules.
.venv/apps/%/installed: requirements/apps/%.txt .venv/requirements
	$(call say,installing $<)
	@.venv/bin/python -m venv --clear --without-pip $(@D)
	@.venv/bin/python -m pip --python $(@D)/bin/python install -qq --disable-pip-version-check --no-compile \
		--require-hashes --only-binary :all: -r $<
	@touch $@

# Postgres servers for `make versions`; moved to their place last, so that half of them are never taken for all.
.venv/postgres: .venv/requirements requirements/postgres/package.json requirements/postgres/package-lock.json
	$(call say,installing requirements/postgres)
	@rm -rf $@ $@.partial
	@mkdir $@.partial
	@cp requirements/postgres/package.json requirements/postgres/package-lock.json $@.partial
	@npm ci --silent --no-audit --no-fund --prefix $@.partial
	@mv $@.partial $@
	@touch $@

# The same for Drizzle, whose packages need nothing to be run that they bring along.
.venv/drizzle: .venv/requirements requirements/drizzle/package.json requirements/drizzle/package-lock.json
	$(call say,installing requirements/drizzle)
	@rm -rf $@ $@.partial
	@mkdir $@.partial
	@cp requirements/drizzle/package.json requirements/drizzle/package-lock.json $@.partial
	@npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $@.partial
	@mv $@.partial $@
	@touch $@
