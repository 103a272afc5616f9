"""Lines of inline markup in catalogues: the short way says what the parser says."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from docutils import nodes
from myst_parser.config.main import MdParserConfig
from sphinx.environment import default_settings

from sphinxext import inline_parsers
from sphinxext.catalogue import load

SETTINGS = runpy.run_path(str(ROOT / "conf.py"))
EASY = inline_parsers.EASY


def texts() -> Iterator[str]:
    """Yield every translation of the site."""
    for path in sorted((ROOT / "locale").rglob("*.po")):
        for message in load(path).messages.values():
            yield message.text


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> inline_parsers.Parse:
    """The parser of pages, asked for each line."""
    env = SimpleNamespace(
        myst_config=MdParserConfig(
            enable_extensions=set(SETTINGS["myst_enable_extensions"])
        ),
        settings=default_settings.copy(),
        app=None,
    )
    monkeypatch.setattr(inline_parsers, "EASY", re.compile("(?!)"))
    return inline_parsers.markdown(env, Path("page.po"))


def shown(parts: list[nodes.Node]) -> str:
    """Return all that ``parts`` say, with their kinds and what they came from.

    MyST puts an empty text in front of a label.
    """
    return "\n".join(
        f"{part.pformat()}{getattr(part, 'rawsource', '')}"
        for part in parts
        if part.astext()
    )


@pytest.mark.parametrize("text", ["_a_", "``a``", "[a](b)", "a **b**", "{b}`a`"])
def test_other_markup_is_left_to_the_parser(text: str) -> None:
    assert not EASY.fullmatch(text)


def test_easy_lines_say_what_the_parser_says(whole: inline_parsers.Parse) -> None:
    easy = {text for text in texts() if EASY.fullmatch(text)}
    assert len(easy) > 3000
    easy |= {"a_b", "`a` `b`", "1. a", "- a", "a  b", "a -- b", "(c)", "**A.**`b`"}
    wrong = [
        text
        for text in sorted(easy)
        if shown(inline_parsers.easy(text)) != shown(whole(text, 1))
    ]
    assert not wrong
