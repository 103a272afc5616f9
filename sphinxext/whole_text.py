"""Expected output is compared whole: ``...`` hides an address or a path, no more.

The stock comparison lets ``...`` stand for any text, also for a changed word or for
lines that were dropped.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterable
from pathlib import Path

GAP = re.compile(r"(?:0x)?" + re.escape(doctest.ELLIPSIS_MARKER))
HIDDEN = re.compile(
    r"""
    0x [0-9A-Fa-f]+                                     # an address
    | (?:[A-Za-z]:)? [\\/] [^\s"'<>|*?:]+ (?: :\d+)?     # a path, perhaps with a line
    | <doctest\ [^<>\s]+> (?: :\d+)?                    # the file that a snippet is
    | \.\.\.                                            # torch's own three dots
    """,
    re.VERBOSE,
)
NUMBER = re.compile(r":\d+$")
BLANK = re.compile(rf"^{doctest.BLANKLINE_MARKER}[^\S\n]*$", re.MULTILINE)


def names(flags: Iterable[int]) -> str:
    """Return the names of doctest's option flags."""
    known = doctest.OPTIONFLAGS_BY_NAME.items()
    return ", ".join(name for name, flag in known if flag in set(flags))


def may_be_hidden(text: str) -> bool:
    """Tell whether ``text`` is an address or a path, with a line number or not."""
    path = Path(NUMBER.sub("", text))  # one with spaces is known by its file
    return HIDDEN.fullmatch(text) is not None or path.is_absolute() and path.is_file()


def hidden(want: str, got: str) -> list[str] | None:
    """Return what each ``...`` of ``want`` hides; None if the rest differs.

    No ``...`` reaches over the end of a line.
    """
    parts = GAP.split(BLANK.sub("", want))
    pattern = "(.*?)".join(re.escape(part) for part in parts)
    found = re.fullmatch(pattern, got)
    return None if found is None else list(found.groups())


class WholeText(doctest.OutputChecker):
    """Compare exactly; tabs end where doctest ends those that are expected."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Tell whether ``got`` is ``want``."""
        got = got.expandtabs()
        if not optionflags & doctest.ELLIPSIS:
            return super().check_output(want, got, optionflags)
        covered = hidden(want, got)
        return covered is not None and all(map(may_be_hidden, covered))

    def output_difference(
        self, example: doctest.Example, got: str, optionflags: int
    ) -> str:
        """Return both texts, and what ``...`` must not hide."""
        shown = super().output_difference(example, got, optionflags)
        if not optionflags & doctest.ELLIPSIS:
            return shown
        rule = "`...` stands for an address or a path, on one line, and nothing else"
        covered = hidden(example.want, got.expandtabs()) or []
        wrong = [text for text in covered if not may_be_hidden(text)]
        return f"{shown}{rule}{''.join(f'; here for {text!r}' for text in wrong)}\n"
