"""What changes is built again, all that it can affect, and nothing else."""

import ast
import random
import re
import shutil
from itertools import chain

import pytest
import warm
from conftest import AWKWARD, LESSON, ROOT, site, tiny_site
from difference import contents, first_difference
from rich import FAMILY, PART, rich_site, title_of, titled

from tools import fingerprint

LESSONS, ALL = 2, 5
"""How many lessons the small site has, and how many pages."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A built site, and a copy of it that a test puts back before it begins."""
    folder = tmp_path_factory.mktemp("stale") / AWKWARD
    tiny_site(folder, {"a": LESSON, "b": titled("Another lesson")})
    result = warm.build(folder)
    assert 0 == result.status, result.said
    return folder, shutil.copytree(folder, folder.parent / "kept", symlinks=True)


@pytest.fixture
def good(kept):
    """The site as it was built, in the folder in which it was built."""
    folder, copy = kept
    shutil.rmtree(folder)
    return shutil.copytree(copy, folder, symlinks=True)


def counted(said):
    """Return how many lessons ran and how many pages were read, by what was said."""
    ran = re.search(r"successfully executed (\d+) out of", said)
    read = re.search(r"updating environment:.*?(\d+) added, (\d+) changed", said)
    return int(ran[1]) if ran else 0, sum(map(int, read.groups())) if read else 0


def change(folder, name, old, new):
    """Replace a text in one file."""
    text = (folder / name).read_text("utf-8")
    assert old in text, f"{name} has no {old!r}"
    (folder / name).write_text(text.replace(old, new), "utf-8")


def append(folder, name, text):
    """Add a text at the end of one file."""
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(text)


def installed(name, version, *, pin=True):
    """Return what makes Python see another version of a package.

    Python looks for what is installed in the folder of the command first.
    """

    def edit(folder):
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(text, "utf-8")
        if pin:
            requirements = folder / "requirements.txt"
            pins = requirements.read_text("utf-8")
            new, count = re.subn(rf"(?m)^{name}==\S+", f"{name}=={version}", pins)
            assert 1 == count
            requirements.write_text(new, "utf-8")

    return edit


def appended(name, text):
    """Return what adds ``text`` to the file ``name``."""
    return lambda folder: append(folder, name, text)


CHANGES = {
    "nothing": (lambda folder: None, 0, 0),
    "torch": (installed("torch", "2.14.0"), LESSONS, ALL),
    "the same torch, built otherwise": (
        installed("torch", "2.13.0+other", pin=False),
        *(LESSONS, ALL),
    ),
    "numpy": (installed("numpy", "2.5.0"), LESSONS, ALL),
    "a requirement that torch uses": (installed("sympy", "1.15.0"), LESSONS, ALL),
    "a requirement that shows pages": (installed("sphinx-copybutton", "0.6"), 0, ALL),
    "a note in requirements.txt": (appended("requirements.txt", "# why\n"), 0, 0),
    "a setting of lessons": (
        appended("conf.py", 'sphinx_gallery_conf["min_reported_time"] = 9_999_999\n'),
        *(LESSONS, ALL),
    ),
    "a setting of pages": (appended("conf.py", 'html_title = "Other"\n'), 0, ALL),
    "an extension that runs lessons": (
        appended("sphinxext/state.py", "# other\n"),
        *(LESSONS, ALL),
    ),
    "an extension that makes pages": (
        appended("sphinxext/lesson_page.py", "# other\n"),
        *(0, ALL),
    ),
    "livegraph": (appended("livegraph/record.py", "# other\n"), LESSONS, ALL),
    "the style of livegraph": (appended("livegraph/picture.css", "/* */\n"), 0, ALL),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_runs_and_reads_what_it_can_affect(good, name):
    edit, ran, read = CHANGES[name]
    edit(good)

    result = warm.build(good)

    assert 0 == result.status, result.said
    assert (ran, read) == counted(result.said)


def test_another_python_runs_everything(good, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.version = sys.version.replace(sys.version[:4], '9.99')\n"
    )

    result = site(good, "html", PYTHONPATH=str(tmp_path))

    assert 0 == result.status, result.said
    assert LESSONS == counted(result.said)[0]


def test_what_runs_with_lessons_is_known_with_all_that_it_imports():
    """Where one of them imports another extension, that has to be in the list."""
    for name in fingerprint.AT_RUN:
        tree = ast.parse((ROOT / "sphinxext" / f"{name}.py").read_text("utf-8"))
        found = {
            node.module.removeprefix("sphinxext.")
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("sphinxext.")
        }
        assert found <= set(fingerprint.AT_RUN), name


MEASURED = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# Measured

```{code-cell} ipython3
from IPython.display import display

with open("runs.txt", "a") as file:
    print("once more", file=file)
display({"text/html": open("data.json").read()}, raw=True)
```
"""


def test_a_measured_page_runs_again_for_its_data_and_for_torch_alone(good):
    measured = good / "docs" / "measured"
    measured.mkdir()
    (measured / "page.md").write_text(MEASURED, "utf-8")
    change(good, "docs/index.md", "lessons/index", "lessons/index\nmeasured/page")
    runs = []
    for number, edit in enumerate(
        (
            appended("docs/measured/data.json", "<b>figure 0</b>"),
            appended("sphinxext/lesson_page.py", "# other\n"),
            appended("docs/measured/data.json", "<b>figure 2</b>"),
            installed("torch", "2.13.0+other", pin=False),
        )
    ):
        edit(good)
        result = warm.build(good)
        assert 0 == result.status, result.said
        page = (good / "_build" / "html" / "measured" / "page.html").read_text("utf-8")
        assert ("figure 2" in page) is (number >= 2)
        runs.append((measured / "runs.txt").read_text("utf-8").count("once more"))

    assert [1, 1, 2, 3] == runs


def test_one_changed_lesson_runs_alone(good):
    lesson = f"{PART}/plot_a.py"
    change(good, lesson, "A claim.", "Another claim.")
    one = warm.build(good)
    idle = warm.build(good)
    change(good, lesson, "Another claim.", "A claim.")
    before = contents(good.parent / "kept" / "_build" / "html")
    back = warm.build(good)

    assert [1, 0, 1] == [counted(result.said)[0] for result in (one, idle, back)]
    assert "" == first_difference(before, contents(good / "_build" / "html"))


def test_a_site_that_was_deleted_comes_back(good):
    before = contents(good / "_build" / "html")
    shutil.rmtree(good / "_build" / "html")

    result = warm.build(good)

    assert 0 == result.status, result.said
    assert "" == first_difference(before, contents(good / "_build" / "html"))


def test_another_address_of_the_site_stands_on_every_page(good):
    result = warm.build(good, SITE_URL="https://example.org/guide/")

    pages = [*(good / "_build" / "html").rglob("*.html")]
    assert 0 == result.status, result.said
    assert pages
    for page in pages:
        assert "autograd-field-guide.github.io" not in page.read_text("utf-8")


class Walk:
    """Edits of an author, each possible after any of the others.

    Where one yields, a build comes between its two halves.
    """

    def __init__(self, folder):
        self.folder = folder
        self.number = 0

    def new(self):
        """Return a number that no edit has used."""
        self.number += 1
        return self.number

    def lessons(self):
        return sorted((self.folder / PART).glob("plot_*.py"))

    def edit(self, name, pattern, new):
        """Replace what matches ``pattern`` in the file ``name`` once."""
        path = self.folder / name
        text, count = re.subn(pattern, new, path.read_text("utf-8"), count=1)
        assert count, f"{name} has nothing like {pattern!r}"
        path.write_text(text, "utf-8")

    def add_a_lesson(self):
        new = self.folder / PART / f"plot_c{self.new()}.py"
        new.write_text(titled(f"Lesson number {self.number}"), "utf-8")

    def add_a_part(self):
        part = self.folder / "examples" / f"2_part{self.new()}"
        part.mkdir()
        index = f"{title_of('A part')}\n\n.. lessons:: plot_*\n"
        (part / "index.rst").write_text(index, "utf-8")
        (part / f"plot_e{self.number}.py").write_text(titled("In a part"), "utf-8")

    def rename_a_lesson(self):
        self.add_a_lesson()
        yield
        last = self.lessons()[-1]
        last.rename(last.with_name(f"plot_d{self.new()}.py"))

    def remove_a_lesson_and_a_part(self):
        self.add_a_lesson()
        self.add_a_part()
        yield
        self.lessons()[-1].unlink()
        shutil.rmtree(self.folder / "examples" / f"2_part{self.number}")

    def change_a_title(self):
        title = title_of(f"Title number {self.new()}")
        self.edit(f"{PART}/plot_a.py", r'(?<=""")\n.*\n=+', f"\n{title}")

    def change_the_title_of_a_part(self):
        self.edit(f"{PART}/index.rst", r"^.*\n=+", title_of(f"Part {self.new()}"))

    def change_a_promise(self):
        number = self.new() + 4
        self.edit(f"{PART}/plot_b.py", r"w \* \d+", f"w * {number}")
        self.edit(f"{PART}/plot_b.py", r"# > \d+\.0\n", f"# > {number}.0\n")

    def break_a_promise_and_mend_it(self):
        path = self.folder / PART / "plot_a.py"
        text = path.read_text("utf-8")
        path.write_text(text.replace("# > tensor(1.)", "# > tensor(2.)"), "utf-8")
        assert 0 != warm.build(self.folder).status
        path.write_text(text, "utf-8")

    def draw_a_graph_and_take_it_away(self):
        path = self.folder / PART / "plot_a.py"
        text = path.read_text("utf-8")
        more = "\n# %%\n# More.\n\nz = w * 5\n# graph: z\nprint(z.item())\n# > 5.0\n"
        path.write_text(text + more, "utf-8")
        yield
        path.write_text(text, "utf-8")

    def change_the_title_and_a_part_of_a_page(self):
        self.edit("docs/page.md", r"(?m)^# .*", f"# Page {self.new()}")
        self.edit("docs/page.md", r"(?m)^## .*", f"## Part {self.new()}")

    def add_a_term_and_a_picture(self):
        self.edit("docs/page.md", r"leaf\n  A", f"leaf\nroot{self.new()}\n  A")
        self.edit("docs/page.md", r"y = w", "y = 2 * w")

    def add_a_page_and_remove_it(self):
        new = self.folder / "docs" / "new.md"
        new.write_text("---\norphan: true\n---\n\n# New\n\nA {doc}`page`.\n", "utf-8")
        yield
        new.unlink()

    def show_a_file_and_a_picture_and_hide_them(self):
        path = self.folder / "docs" / "changelog.md"
        text = path.read_text("utf-8")
        more = "\n{download}`../conf.py`\n\n![A graph](_static/graph.svg)\n"
        path.write_text(text + more, "utf-8")
        yield
        path.write_text(text, "utf-8")

    def add_a_family_of_messages(self):
        new = self.folder / "docs" / "errors" / f"about_{self.new()}.md"
        text = FAMILY.replace("{doctest} none", f"{{doctest}} none{self.number}")
        new.write_text(text.replace("No graph", "Nothing"), "utf-8")

    def release(self):
        heading = f"## [0.2.{self.new()}] - 2026-02-03\n\n- More.\n\n## "
        self.edit("CHANGELOG.md", "## ", heading)

    def change_templates_and_styles(self):
        self.edit("docs/_templates/page.html", "{%- endblock", "<hr>{%- endblock")
        append(self.folder, "docs/_static/guide.css", "\nhr { color: red }\n")

    def change_a_setting(self):
        append(self.folder, "conf.py", f'html_title = "Guide {self.new()}"\n')


HELPERS = {"new", "lessons", "edit"}
EDITS = [name for name in vars(Walk) if name[0] != "_" and name not in HELPERS]
SEED, STEPS = 28, 8
"""A walk over those edits that once left something stale."""


def cold(folder, to):
    """Return the site that the sources in ``folder`` make in another folder."""
    made = shutil.ignore_patterns("_build", "lessons", "__pycache__")
    shutil.copytree(folder, to, symlinks=True, ignore=made)
    result = warm.build(to)
    assert 0 == result.status, result.said
    found = contents(to / "_build" / "html")
    shutil.rmtree(to)
    return found


def test_after_any_edits_a_build_is_what_a_cold_build_is(tmp_path):
    site = rich_site(tmp_path / AWKWARD)
    walk = Walk(site)
    assert 0 == warm.build(site).status
    for name in random.Random(SEED).sample(EDITS, STEPS):
        for _ in chain(getattr(walk, name)() or (), ["at its end"]):
            result = warm.build(site)
            assert 0 == result.status, f"{name}: {result.said}"
            here = contents(site / "_build" / "html")
            difference = first_difference(here, cold(site, tmp_path / "cold"))
            assert not difference, f"{name}: {difference}"
