"""What runs the snippets of a group on another release, and tells of each failure."""

from __future__ import annotations

import doctest
import json
import traceback
from collections.abc import Callable
from typing import Any

from sphinx.ext.doctest import SphinxDocTestRunner

from sphinxext.difference_kinds import error_in, kind_of, message_of, plain
from sphinxext.differences import Example
from sphinxext.differences_found import Say
from sphinxext.finder_entries import said
from sphinxext.forks import Tell

Find = Callable[[doctest.DocTest, doctest.Example], Example]
"""Returns what an example of a page is called in the table."""


class Surveyor(SphinxDocTestRunner):
    """Names each group in which an example fails, instead of writing about it."""

    def __init__(self, tell: Tell, flags: int) -> None:
        super().__init__(verbose=False, optionflags=flags)
        self.tell = tell

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Another text, another output, or no error where one is proven."""
        self.tell(json.dumps(test.name))

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        """An error where none is proven."""
        self.tell(json.dumps(test.name))


class Recorder(SphinxDocTestRunner):
    """Says what each example that fails does, and which run astray after it."""

    def __init__(self, say: Say, find: Find, flags: int) -> None:
        super().__init__(verbose=False, optionflags=flags)
        self.say = say
        self.find = find
        self.astray = False

    def report_start(
        self, out: Any, test: doctest.DocTest, example: doctest.Example
    ) -> None:
        """Say what runs, in case it ends the process."""
        self.say(self.find(test, example), "crash", "")

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        """Another text, another output, or no error where one is proven."""
        self.compare(self.find(test, example), example, error_in(got), got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        """An error where none is proven."""
        text = "".join(traceback.format_exception_only(*exc_info[:2]))
        self.compare(self.find(test, example), example, plain(text), "")

    def compare(
        self, here: Example, example: doctest.Example, error: str | None, got: str
    ) -> None:
        """Say how one example differs, unless an earlier one led it astray."""
        if self.astray:
            self.say(here, "", "")
            return
        raises = example.exc_msg is not None
        warns = not raises and said(example)[0] is not None
        kind = kind_of(here, raises, warns, error)
        there = plain(message_of(example, got)) if error is None else error
        if warns and kind == "silent":
            there = ""
        if there != here.here:
            self.say(here, kind, there)
        self.astray = kind == "name" or raises != (error is not None)
