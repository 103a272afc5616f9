"""The README's code draws the README's picture, and both READMEs say the same."""

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT

READMES = ["README.md", "README.zh-CN.md"]
PICTURE = ROOT / "docs" / "_static" / "graph.svg"


def blocks(name, language):
    """Return the code blocks of ``language`` in the README ``name``."""
    text = (ROOT / name).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_code_draws_the_picture(tmp_path):
    (code,) = blocks("README.md", "python")

    done = subprocess.run(
        [sys.executable, "-W", "error", "-"],
        input=code,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("", "", 0) == (done.stdout, done.stderr, done.returncode)
    assert PICTURE.read_bytes() == (tmp_path / "graph.svg").read_bytes(), (
        f"livegraph draws another picture now: look at {tmp_path / 'graph.svg'}, "
        "and copy it to docs/_static/graph.svg if it is right"
    )


def test_both_name_the_same_code_and_commands():
    english, chinese = READMES

    for language in ("python", "console"):
        assert blocks(english, language) == blocks(chinese, language)
    commands = "".join(blocks(english, "console"))
    assert "$ make html\n" in commands
    assert "$ make test\n" in commands


def skeleton(name: str) -> list[str]:
    """Return the level of each heading, each item and its code, and each link."""
    text = (ROOT / name).read_text("utf-8")
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^(#+) |^(- )|\]\((?!README)([^)\s]+)\)|`([^`]+)`", plain, re.M)
    return ["".join(parts) for parts in found]


def test_both_have_the_same_headings_items_links_and_code():
    english, chinese = map(skeleton, READMES)

    assert english.count("#") == 1
    assert english.count("##") >= 3
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_one_of_make(name):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = re.findall(
        r"^\$ (?:\S+=\S+ )?make (\w+)", "".join(blocks(name, "console")), re.M
    )

    assert commands
    for command in commands:
        assert re.search(rf"^(\w+ )*{command}( \w+)*:", makefile, re.MULTILINE), command


@pytest.mark.parametrize("name", READMES)
def test_every_relative_link_leads_to_a_file(name):
    links = re.findall(r"\]\(([^)\s]+)\)", (ROOT / name).read_text("utf-8"))
    relative = [link for link in links if not link.startswith(("https:", "#"))]

    assert len(relative) > 4
    assert [] == [link for link in relative if not (ROOT / link).exists()]


@pytest.mark.parametrize("name", READMES)
def test_the_picture_is_shown_with_words_for_those_who_cannot_see_it(name):
    text = (ROOT / name).read_text("utf-8")

    ((words, path),) = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", text)

    assert PICTURE == ROOT / path
    assert "y = (x + w)(w + 1)" in words
