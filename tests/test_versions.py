"""Other torch releases: what differs is found, kept as data, shown, and searched."""

import gc
import json
import re
import sys
from pathlib import Path

import pytest
from conftest import AWKWARD, LESSON, ROOT, run, site, tiny_site
from proven_messages import proven, words

from sphinxext import differences
from sphinxext.difference_kinds import error_in, kind_of, plain
from sphinxext.differences import Difference, Example, Table, merged, parse
from sphinxext.finder_data import NAME
from sphinxext.finder_data import parse as finder_data
from sphinxext.finder_match import Finder
from sphinxext.finder_python import is_pythons
from sphinxext.finder_words import whole
from sphinxext.forks import forked
from tools import environment, versions

FIRST = Example("errors/backward", "first", "y.backward()\n", "RuntimeError: no graph")
SECOND = Example("errors/grad", "second", "x.grad\n", "tensor(1.)")
FACTS = {"build": "cpu", "python": "3.11", "numpy": "2.4.6", "examples": 2}
FACTS |= {"different": 1, "not compared": 0}


def difference(example, release, there="another text", kind="message"):
    return Difference(example, differences.release_of(release), kind, there)


def table(*found, releases=("2.2.2", "2.10.0")):
    return Table("2.13.0", dict.fromkeys(releases, FACTS), list(found))


def test_the_file_is_sorted_with_one_line_a_difference():
    some = table(
        difference(SECOND, "2.10.0"),
        difference(FIRST, "2.10.0"),
        difference(FIRST, "2.2.2", "two\nlines"),
    )

    text = some.dump()

    assert json.loads(text)["pinned"] == "2.13.0"
    assert parse(text).dump() == text
    places = re.findall(r'"section": "(\w+)".*"release": "([\d.]+)"', text)
    assert places == [("first", "2.2.2"), ("first", "2.10.0"), ("second", "2.10.0")]


def test_a_release_adds_lines_and_changes_none():
    before = table(difference(FIRST, "2.2.2"), releases=["2.2.2"])
    after = merged(
        before, "2.10.0", FACTS, [difference(SECOND, "2.10.0")], {FIRST, SECOND}
    )
    plain_lines = [line.rstrip(",") for line in after.dump().split("\n")]

    assert list(after.checked) == ["2.2.2", "2.10.0"]
    assert set(before.dump().replace(",\n", "\n").split("\n")) <= set(plain_lines)


def test_a_release_that_runs_again_takes_its_own_place():
    before = table(difference(FIRST, "2.2.2"), difference(FIRST, "2.10.0"))

    after = merged(before, "2.2.2", FACTS, [], {FIRST})

    assert after.differences == [difference(FIRST, "2.10.0")]


def test_an_example_that_is_gone_takes_its_differences_along():
    before = table(difference(FIRST, "2.2.2"), difference(SECOND, "2.2.2"))

    after = merged(before, "2.10.0", FACTS, [], {SECOND})

    assert after.differences == [difference(SECOND, "2.2.2")]


@pytest.mark.parametrize(
    ("example", "raises", "warns", "error", "kind"),
    [
        (FIRST, True, False, "RuntimeError: another graph", "message"),
        (FIRST, True, False, None, "silent"),
        (SECOND, False, False, "RuntimeError: no", "raises"),
        (SECOND, False, False, None, "value"),
        (SECOND, False, True, None, "message"),
        (SECOND, False, True, "IndexError: list index out of range", "silent"),
        (SECOND, False, False, "AttributeError: it has no attribute 'grad'", "name"),
        (SECOND, False, False, "AttributeError: it has no attribute 'a'", "raises"),
        (FIRST, True, False, "AttributeError: it has no attribute 'a'", "message"),
        (SECOND, False, False, "TypeError: an unexpected keyword argument 'a'", "name"),
        (SECOND, False, False, "ImportError: cannot import name 'a'", "name"),
    ],
)
def test_a_difference_has_the_kind_that_its_texts_say(
    example, raises, warns, error, kind
):
    assert kind_of(example, raises, warns, error) == kind


def test_what_is_another_on_each_machine_is_taken_out():
    said = plain(
        "<Double object at 0x7f5baa8fe020> (Triggered internally at ../a/b.cpp:12.)\n"
        'FAILED at "../c10/core/x.h":7, in /home/reader/.venv/lib/torch/_tensor.py '
        "/pytorch/build/aten/y.cpp:49: see https://pytorch.org/docs/stable/x.html  \n"
    )

    assert said == (
        "<Double object at 0x...> (Triggered internally at ....)\n"
        'FAILED at "...":..., in .../_tensor.py '
        "...: see https://pytorch.org/docs/stable/x.html"
    )


def test_the_last_error_of_a_traceback_counts():
    begin = 'Traceback (most recent call last):\n  File "a", line 1, in a\n'
    both = f"{begin}ValueError: one\n\nDuring it:\n\n{begin}KeyError: two\nlines\n"

    assert error_in(both) == "KeyError: two\nlines"
    assert error_in("tensor(1.)\n") is None


def test_an_old_release_gets_the_numpy_that_it_was_built_for():
    pins = "# what\ntorch==2.13.0  # x\nnumpy==2.4.6\nsympy==1.14.0\nsphinx==9.0.4\n"

    old = versions.requirements_for("2.2.2", pins)
    new = versions.requirements_for("2.15.0", pins)

    assert old == "# what\ntorch==2.2.2\nnumpy==1.26.4\nsphinx==9.0.4\n"
    assert new == "# what\ntorch==2.15.0\nnumpy==2.4.6\nsphinx==9.0.4\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose releases all differ in FIRST; nothing is installed."""
    file = tmp_path / "versions.json"
    file.write_text(table(difference(SECOND, "2.2.2"), releases=["2.2.2"]).dump())

    def collect(release, folder):
        (folder / "environment").mkdir()
        if release == "9.9.9":
            raise SystemExit("pip could not install torch==9.9.9")
        examples = [vars(FIRST), vars(SECOND)]
        found = [json.loads(difference(FIRST, release).line())]
        return {"facts": FACTS, "examples": examples, "differences": found}

    monkeypatch.setattr(versions, "TABLE", file)
    monkeypatch.setattr(versions, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(versions, "collect", collect)
    monkeypatch.setattr(versions, "NEEDED", 0)
    monkeypatch.setattr(versions.os, "environ", {})
    monkeypatch.setattr(versions.signal, "signal", lambda number, action: None)
    return file


def test_each_release_is_written_and_its_environment_removed(project):
    versions.main(["2.6.0", "2.10.0"])

    found = parse(project.read_text("utf-8"))
    assert list(found.checked) == ["2.2.2", "2.6.0", "2.10.0"]
    assert len(found.differences) == 3
    assert found.pinned == versions.pinned_torch(
        (ROOT / "requirements.txt").read_text("utf-8")
    )
    assert list((project.parent / "_build").iterdir()) == []


def test_a_release_that_cannot_be_installed_keeps_those_before_it(project):
    with pytest.raises(SystemExit, match="pip could not install"):
        versions.main(["2.6.0", "9.9.9", "2.10.0"])

    assert list(parse(project.read_text("utf-8")).checked) == ["2.2.2", "2.6.0"]
    assert list((project.parent / "_build").iterdir()) == []


@pytest.mark.parametrize(
    ("releases", "said"),
    [
        ([], "Name the releases: nox -s versions -- 2.6.0"),
        (["2.6.0", "latest"], "'latest' is no torch release; write it like 2.6.0"),
        (["2.6"], "'2.6' is no torch release"),
    ],
)
def test_what_is_no_release_changes_nothing(project, capsys, releases, said):
    before = project.read_bytes()

    with pytest.raises(SystemExit):
        versions.main(releases)

    (line,) = capsys.readouterr().err.strip().split("\n")
    assert said in line
    assert project.read_bytes() == before


def test_a_broken_table_is_not_written_over(project, capsys):
    project.write_text('{"pinned": "2.13.0"', "utf-8")

    with pytest.raises(SystemExit):
        versions.main(["2.6.0"])

    assert "docs/versions.json is unchanged" in capsys.readouterr().err
    assert project.read_text("utf-8") == '{"pinned": "2.13.0"'


def test_a_small_disk_is_named_before_anything_is_installed(
    project, capsys, monkeypatch
):
    monkeypatch.setattr(versions, "NEEDED", 10**6)
    before = project.read_bytes()

    with pytest.raises(SystemExit):
        versions.main(["2.6.0"])

    (line,) = capsys.readouterr().err.strip().split("\n")
    assert "torch 2.6.0 may take 1000000 GB" in line
    assert project.read_bytes() == before


def test_without_a_network_one_line_says_what_to_do(tmp_path, monkeypatch, capsys):
    """The real pip, asked for packages at an address where nothing answers."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    pins = tmp_path / "requirements.txt"
    pins.write_text("torch==9.9.9\n", "utf-8")
    monkeypatch.setattr(environment, "python_of", lambda folder: Path(sys.executable))

    with pytest.raises(SystemExit):
        environment.install(tmp_path, pins, 1)

    last = capsys.readouterr().err.strip().split("\n")
    assert "torch==9.9.9" in last[0]
    assert "network" in last[-1]


FAMILY = """\
# Family

Text.

(sum-fails)=
## `grad can be implicitly created`

```{doctest} sum-fails
>>> import torch
>>> x = torch.ones(2, requires_grad=True)
>>> (x * 2).backward()
Traceback (most recent call last):
    ...
RuntimeError: an older wording of the text about scalar outputs
>>> x.sum().item()
3.0
>>> (x * 2).sum().backward()
Traceback (most recent call last):
    ...
RuntimeError: it was refused
>>> x.grad
tensor([9., 9.])
```

(no-name)=
## `a name`

```{doctest} no-name
>>> import torch
>>> torch.older_name(1)
Traceback (most recent call last):
    ...
RuntimeError: it was refused
>>> torch.older_name(2)
2
```

(only-there)=
## `an error`

```{doctest} only-there
>>> import torch
>>> torch.ones(2).backward()
```

(crash)=
## `a crash`

```{doctest} crash
>>> import os
>>> 1 + 1
2
>>> os.kill(os.getpid(), 11)
>>> 1 + 1
3
```

(same)=
## `the same`

```{doctest} same
>>> import torch
>>> torch.ones(2).grad_fn.name()
Traceback (most recent call last):
    ...
AttributeError: 'NoneType' object has no attribute 'name'
```
"""
LEAK = """\
# Leak

(leaks)=
## `leaks`

```{doctest} leaks
>>> import torch
>>> torch.leaked = True
>>> 1 + 1
3
```

(after)=
## `after`

```{doctest} after
>>> import torch
>>> hasattr(torch, "leaked")
False
```

(alike)=
## `alike`

```{doctest} alike
>>> 1 + 1
2
```
"""
OTHER = LESSON.replace("# > tensor(1.)", "# > tensor(7.)")
HOME = """\
# Tiny

```{toctree}
lessons/index
errors/index
```
"""
INDEX = """\
# Errors

They.

```{finder}
```

```{checked-on}
```

```{toctree}
family
leak
```
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A site whose pages promise what this torch does not do, and what was found."""
    folder = tiny_site(tmp_path_factory.mktemp("v") / AWKWARD, {"a": OTHER}, HOME)
    (folder / "docs" / "errors").mkdir()
    (folder / "docs" / "errors" / "index.md").write_text(INDEX, "utf-8")
    (folder / "docs" / "errors" / "family.md").write_text(FAMILY, "utf-8")
    (folder / "docs" / "errors" / "leak.md").write_text(LEAK, "utf-8")
    command = f"from tools.site import build; build({differences.BUILDER!r})"
    result = run(folder, sys.executable, "-c", command)
    assert result.status == 0, result.said
    file = folder / "_build" / "work" / differences.BUILDER / differences.RESULT
    return folder, json.loads(file.read_text("utf-8"))


def test_each_kind_of_difference_is_found_once(elsewhere):
    _, result = elsewhere
    found = [
        (d["section"], d["kind"], d["code"].strip().split("\n")[-1], d["there"])
        for d in result["differences"]
        if d["page"] == "errors/family"
    ]
    scalar = "RuntimeError: grad can be implicitly created only for scalar outputs"
    no_graph = (
        "RuntimeError: element 0 of tensors does not require grad and does not have "
        "a grad_fn"
    )
    missing = "AttributeError: module 'torch' has no attribute 'older_name'"

    assert found == [
        ("crash", "crash", "os.kill(os.getpid(), 11)", ""),
        ("no-name", "name", "torch.older_name(1)", missing),
        ("only-there", "raises", "torch.ones(2).backward()", no_graph),
        ("sum-fails", "message", "(x * 2).backward()", scalar),
        ("sum-fails", "silent", "(x * 2).sum().backward()", ""),
        ("sum-fails", "value", "x.sum().item()", "2.0"),
    ]
    assert result["facts"]["not compared"] == 2
    assert result["facts"]["different"] == 8


def test_what_one_group_breaks_reaches_no_other(elsewhere):
    _, result = elsewhere
    found = [d["section"] for d in result["differences"] if d["page"] == "errors/leak"]

    assert found == ["leaks"]


def test_a_lesson_that_prints_something_else_is_found(elsewhere):
    _, result = elsewhere
    (one,) = [d for d in result["differences"] if d["page"].startswith("lessons/")]

    assert (one["page"], one["section"]) == ("lessons/1_part/plot_a", "cell-2")
    assert (one["here"], one["there"]) == ("tensor(7.)", "tensor(1.)")


def test_a_child_that_fails_by_itself_is_no_difference(capfd):
    with pytest.raises(ChildProcessError, match="errors/family: see above"):
        forked(lambda tell: int("no number"), 60, "errors/family")

    gc.unfreeze()
    assert "no number" in capfd.readouterr().err


@pytest.fixture(scope="module")
def shown(elsewhere):
    """The same site, built with what was found as the column of torch 2.6.0."""
    folder, result = elsewhere
    examples = {differences.example_of(values) for values in result["examples"]}
    found = [
        differences.difference_of(values | {"release": "2.6.0"})
        for values in result["differences"]
    ]
    gone = Example("errors/family", "same", "torch.gone()\n", "1")
    found.append(difference(gone, "2.6.0", "a text about other code"))
    some = merged(Table("2.13.0"), "2.6.0", result["facts"], found, examples)
    some.differences += [
        Difference(one.example, (2, 10, 0), one.kind, one.there)
        for one in some.differences
        if one.kind == "message"
    ]
    some.checked["2.10.0"] = result["facts"]
    (folder / "docs" / differences.FILE).write_text(some.dump(), "utf-8")
    lesson = folder / "examples" / "1_part" / "plot_a.py"
    # what the page promises has to hold here; the note is about the promise
    lesson.write_text(LESSON, "utf-8")
    (one,) = [d for d in some.differences if d.example.page.startswith("lessons/")]
    right = Example(one.example.page, "cell-2", one.example.code, "tensor(1.)")
    some.differences.append(difference(right, "2.6.0", "tensor(7.)", "value"))
    (folder / "docs" / differences.FILE).write_text(some.dump(), "utf-8")
    result = site(folder, "html")
    assert result.status == 0, result.said
    return folder / "_build" / "html"


def section(page, anchor):
    """Return the text of the section ``anchor``, without tags."""
    html = page.read_text("utf-8").partition(f'id="{anchor}"')[2]
    html = html.partition("<section")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("anchor", "note"),
    [
        (
            "sum-fails",
            "How it reads in torch 2.6.0, 2.10.0 RuntimeError: grad can be implicitly "
            "created only for scalar outputs What torch 2.6.0 prints 2.0 "
            "No message in torch 2.6.0",
        ),
        ("no-name", "Not yet in torch 2.6.0 AttributeError: module"),
        ("only-there", "An error in torch 2.6.0 RuntimeError: element 0 of tensors"),
        ("crash", "Python crashes or hangs in torch 2.6.0"),
    ],
)
def test_what_other_releases_do_stands_below_the_example(shown, anchor, note):
    text = section(shown / "errors" / "family.html", anchor).replace("&#39;", "'")

    assert text.count(note) == 1, text


def test_a_difference_about_other_code_is_not_shown(shown):
    assert "other code" not in (shown / "errors" / "family.html").read_text("utf-8")
    assert "in torch" not in section(shown / "errors" / "family.html", "same")


def test_a_lesson_shows_it_below_the_output_of_the_cell(shown):
    text = section(shown / "lessons" / "1_part" / "plot_a.html", "cell-2")

    assert re.search(r"tensor\(1\.\) What torch 2\.6\.0 prints tensor\(7\.\)", text)


def test_pages_name_the_releases(shown):
    line = "Proven with torch 2.13.0, and run on 2.6.0, 2.10.0 as well."

    for page in ("index", "family"):
        assert line in (shown / "errors" / f"{page}.html").read_text("utf-8")


def test_the_finder_knows_the_other_wording(shown):
    data = finder_data((shown / "_static" / NAME).read_text("utf-8"))

    found = Finder(data).find("grad can be implicitly created only for scalar outputs")

    assert [data["sections"][number][1] for number in found[:1]] == ["sum-fails"]


@pytest.fixture(scope="module")
def committed():
    return parse((ROOT / "docs" / differences.FILE).read_text("utf-8"))


def test_the_committed_table_is_valid(committed):
    text = (ROOT / "docs" / differences.FILE).read_text("utf-8")
    pins = (ROOT / "requirements.txt").read_text("utf-8")

    assert text == committed.dump(), "written by hand? run nox -s versions again"
    assert committed.pinned == versions.pinned_torch(pins)
    assert {"2.2.2", "2.6.0", "2.10.0", "2.13.0", "2.15.0"} <= set(committed.checked)
    counted = {release: 0 for release in committed.checked}
    for one in committed.differences:
        counted[differences.name_of(one.release)] += 1
    assert all(
        counted[release] <= facts["different"]
        for release, facts in committed.checked.items()
    )
    assert not re.search(r"(?<![\w.])/(?:root|home|work|tmp)/", text)


def test_every_section_that_the_table_names_is_on_the_site(built, committed, figures):
    pages = {
        page: set(re.findall(r' id="([^"]+)"', (built / f"{page}.html").read_text()))
        for page in {one.example.page for one in committed.differences}
    }
    missing = [
        (one.example.page, one.example.section)
        for one in committed.differences
        if one.example.section and one.example.section not in pages[one.example.page]
    ]
    figures["other releases"] = ", ".join(
        f"{name}: {facts['different']}" for name, facts in committed.checked.items()
    )

    assert missing == [], "run nox -s versions for one release: it drops what is gone"


def test_the_finder_leads_from_the_other_wordings_to_a_section_that_has_them(
    built, committed, figures
):
    data = finder_data((built / "_static" / NAME).read_text("utf-8"))
    finder = Finder(data)
    places = [
        (data["families"][family][0].removesuffix(".html"), anchor)
        for family, anchor, _, _ in data["sections"]
    ]
    found = [
        one
        for one in committed.differences
        if one.kind == "message" and one.example.page.startswith("errors/")
        if words(one.there) and not is_pythons(whole(one.there))
    ]
    having = {}
    for message in proven(ROOT / "docs" / "errors"):
        place = (f"errors/{message.page}", message.anchor)
        having.setdefault(tuple(words(message.whole)), set()).add(place)
    for one in committed.differences:
        for text in (one.there, one.example.here):
            place = (one.example.page, one.example.section)
            having.setdefault(tuple(words(text)), set()).add(place)
    wrong = []
    for one in found:
        best = [places[number] for number in finder.find(one.there)[:1]]
        if not set(best) & having[tuple(words(one.there))]:
            wrong.append((one.example.section, best, one.there[:100]))
    right = len(found) - len(wrong)
    figures["finder, other releases"] = f"{right} of {len(found)} right section first"
    assert right >= 0.99 * len(found), wrong
