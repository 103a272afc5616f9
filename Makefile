# The reader's face: `make help` lists what there is. What a command does is in tools/.
PYTHON ?= python3
READER = .venv
TESTER = .venv-test

.PHONY: help html offline doctest serve measure translations test clean

help:
	@echo "make html      build the site in _build/html (makes $(READER) the first time)"
	@echo "make offline   pack the site as a zip and as an e-book, in _build/offline"
	@echo "make test      run every check (makes $(TESTER) the first time)"
	@echo "make doctest   prove every printed line of lessons and pages"
	@echo "make serve     serve the site here; rebuild and reload on save"
	@echo "make measure   time recording on this machine, for the measured page"
	@echo "make translations  bring the catalogues of other languages up to date"
	@echo "make clean     remove what a build made"

html offline doctest serve measure translations:
	@$(PYTHON) -m tools.environment $(READER) requirements.txt
	@$(READER)/bin/python -m tools.site $@

test:
	@$(PYTHON) -m tools.environment $(TESTER) requirements-test.txt
	@$(TESTER)/bin/python -m tools.site test

clean:
	@$(PYTHON) -m tools.site clean
