"""*Add a lesson in five minutes* is followed to the letter, in a copy."""

import re
import textwrap

import pytest
from conftest import AWKWARD, ROOT, copy_project, run

PAGE = ROOT / "docs" / "contribute.md"
FILE = re.compile(
    r"^(?P<indent> *)```\{code-block\} python\n"
    r" *:class: followed\n *:caption: (?P<path>\S+)\n\n"
    r"(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
COMMANDS = re.compile(r"^ *```console\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def section():
    """The text of the section, up to the next one."""
    _, _, rest = PAGE.read_text("utf-8").partition("## Add a lesson in five minutes\n")
    return rest.partition("\n## ")[0]


@pytest.fixture(scope="module")
def followed(section, tmp_path_factory):
    """A copy in which the steps have been done, and what the commands said."""
    copy = copy_project(tmp_path_factory.mktemp("contribute") / AWKWARD)
    files = list(FILE.finditer(section))
    assert files
    for match in files:
        assert match["path"] in section.partition("```")[0]
        (copy / match["path"]).write_text(textwrap.dedent(match["text"]), "utf-8")
    said = []
    for match in COMMANDS.finditer(section):
        for line in match["text"].splitlines():
            command = line.strip().removeprefix("$ ")
            result = run(copy, "sh", "-c", command)
            assert 0 == result.status, f"{command}\n{result.said}"
            said.append((command, result.said))
    return copy, [match["path"] for match in files], said


def test_the_steps_build_the_lesson_that_they_describe(followed):
    copy, (path,), said = followed

    part, name = path.removeprefix("examples/").removesuffix(".py").split("/")
    page = copy / "_build" / "html" / "lessons" / part / f"{name}.html"
    text = page.read_text("utf-8")
    listed = (copy / "_build/html/lessons/index.html").read_text("utf-8")

    assert "make html" in [command for command, _ in said]
    assert '<figure class="lg"' in text
    assert f"{part}/{name}.html" in listed
    assert "every promise holds" in said[0][1]


def test_the_last_line_names_the_file_to_open(followed):
    copy, _, said = followed

    assert (
        f"Open {copy / '_build/html/index.html'}" == said[-1][1].strip().split("\n")[-1]
    )


def test_the_described_lesson_is_proven(followed):
    copy, (path,), _ = followed
    lesson = copy / path
    lesson.write_text(lesson.read_text("utf-8").replace("[8.]", "[9.]"), "utf-8")

    result = run(copy, "make", "html")

    assert 0 != result.status
    assert f"{path}:" in result.said
    assert "promised:\n        tensor([9.])" in result.said
