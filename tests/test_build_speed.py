"""A build that has nothing to do does nothing, and never where it has something."""

import gc
import json
import os
import shutil
import subprocess
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import AWKWARD, LESSON, ROOT, run, site, tiny_site
from docutils import nodes
from sphinx_gallery import gen_rst

from benchmarks import build, build_project
from benchmarks.build_cost import Cost, cost, median
from sphinxext import finder, gallery
from sphinxext.finder_entries import Entry
from tools import site as commands
from tools import unchanged, workspace

FILES = {
    "conf.py": "a = 1\n",
    "CHANGELOG.md": "# Changes\n",
    "docs/index.md": "# Home\n",
    "docs/measured/cost.json": "[1]\n",
    "docs/_static/guide.css": "a{}\n",
    "docs/_templates/page.html": "<p>\n",
    "examples/1_part/plot_a.py": "print(1)\n",
    "livegraph/svg.py": "x = 1\n",
    "sphinxext/search_words/en.toml": "a = 1\n",
    "locale/zh_CN/LC_MESSAGES/index.po": "# po\n",
    "tools/site.py": "y = 1\n",
    "requirements.txt": "torch==2.13.0\n",
}
ENVIRONMENT = {"SITE_URL": "https://a.example/", "SHLVL": "1", "MAKELEVEL": "1"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of small files, whose site has just been put in place."""
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    built = root / "_build" / "html"
    (built / "sub").mkdir(parents=True)
    (built / "index.html").write_text("home", "utf-8")
    (built / "sub" / "page.html").write_text("page", "utf-8")
    packages = tmp_path / "packages"
    (packages / "torch-2.13.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(packages)])
    for module in (unchanged, workspace):
        monkeypatch.setattr(module, "ROOT", root)
        monkeypatch.setattr(module, "BUILD", root / "_build")
        monkeypatch.setattr(module, "SITE", built)
        monkeypatch.setattr(module, "LESSONS", root / "docs" / "lessons")
    monkeypatch.setattr(unchanged, "RUNNING", root / "_build" / "running")
    monkeypatch.setattr(unchanged, "NOTE", root / "_build" / "site.digests")
    unchanged.note(unchanged.inputs(ENVIRONMENT))
    return root


def holds(**variables):
    return unchanged.holds(unchanged.inputs(ENVIRONMENT | variables))


def edit_unseen(path):
    """Change one letter of the file and set its times back."""
    before = path.stat()
    text = path.read_text("utf-8")
    path.write_text(text[:-1] + "!", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (before.st_size, before.st_mtime_ns) == (
        path.stat().st_size,
        path.stat().st_mtime_ns,
    )


def test_nothing_to_do_is_seen(project):
    assert holds()


@pytest.mark.parametrize("name", FILES)
def test_a_change_of_any_file_is_seen_though_size_and_time_are_the_same(project, name):
    edit_unseen(project / name)

    assert not holds()


@pytest.mark.parametrize("name", ["docs/new.md", "livegraph/new/part.py", ".gitignore"])
def test_a_new_file_is_seen(project, name):
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("", "utf-8")

    assert not holds()


def test_a_file_that_is_gone_or_has_another_name_is_seen(project):
    path = project / "examples/1_part/plot_a.py"
    path.rename(path.with_name("plot_b.py"))
    renamed = holds()
    path.with_name("plot_b.py").unlink()

    assert not renamed
    assert not holds()


def test_after_a_build_that_was_killed_the_next_one_builds(project):
    (project / "_build" / "running").touch()

    assert not holds()


def test_two_files_that_exchange_their_texts_are_seen(project):
    one, other = project / "conf.py", project / "tools/site.py"
    texts = one.read_bytes(), other.read_bytes()
    other.write_bytes(texts[0])
    one.write_bytes(texts[1])

    assert not holds()


def test_another_release_of_a_package_is_seen(project, tmp_path):
    installed = tmp_path / "packages" / "torch-2.13.0.dist-info"
    installed.rename(installed.with_name("torch-2.14.0.dist-info"))

    assert not holds()


def test_a_package_that_was_installed_again_is_seen(project, tmp_path):
    installed = tmp_path / "packages" / "torch-2.13.0.dist-info"
    os.utime(installed, ns=(1, 1))

    assert not holds()


def test_packages_in_the_current_folder_count(project, tmp_path, monkeypatch):
    (tmp_path / "here" / "torch-2.14.0.dist-info").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(sys, "path", ["", str(project), str(tmp_path / "none")])

    (told,) = unchanged.packages(sys.path)

    assert told.startswith(str(tmp_path / "here" / "torch-2.14.0.dist-info"))


def test_packages_that_cannot_be_listed_are_never_taken_for_unchanged(
    project, monkeypatch
):
    monkeypatch.setattr(sys, "path", sys.path[:1])
    monkeypatch.setattr(unchanged.os, "scandir", refuse)

    assert "" == unchanged.inputs(ENVIRONMENT)


def refuse(folder):
    raise PermissionError(folder)


def test_another_python_is_seen(project, monkeypatch):
    monkeypatch.setattr(sys, "version", "3.12.0")

    assert not holds()


def test_a_variable_is_seen_and_the_shell_is_not():
    told = list(unchanged.variables(ENVIRONMENT))

    assert ["SITE_URL=https://a.example/"] == told


@pytest.mark.parametrize(
    "variable", [{"SITE_URL": "https://b.example/"}, {"READTHEDOCS": "True"}]
)
def test_another_variable_is_seen(project, variable):
    assert holds(SHLVL="2")
    assert not holds(**variable)


@pytest.mark.parametrize(
    "name", ["docs/lessons/a.rst", "docs/__pycache__/a.pyc", ".env/pyvenv.cfg"]
)
def test_what_a_build_makes_or_never_reads_does_not_count(project, name):
    (project / name).parent.mkdir()
    (project / name).write_text("x", "utf-8")

    assert holds()


def test_a_folder_that_stands_elsewhere_is_never_taken_for_unchanged(project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (project / "docs" / "linked").symlink_to(tmp_path / "elsewhere")
    now = unchanged.inputs(ENVIRONMENT)
    unchanged.note(now)

    assert "" == now
    assert not unchanged.holds(now)


def remove_site(built):
    shutil.rmtree(built)


def remove_page(built):
    (built / "sub" / "page.html").unlink()


def edit_page(built):
    edit_unseen(built / "sub" / "page.html")


def add_page(built):
    (built / "stray.html").write_text("", "utf-8")


def restore_older(built):
    aside = built.with_name("aside")
    shutil.copytree(built, aside)
    shutil.rmtree(built)
    aside.rename(built)


@pytest.mark.parametrize(
    "change", [remove_site, remove_page, edit_page, add_page, restore_older]
)
def test_a_site_that_was_touched_is_built_again(project, change):
    change(project / "_build" / "html")

    assert not holds()


@pytest.mark.parametrize("left", ["", "half", None])
def test_without_a_whole_note_the_site_is_built(project, left):
    note = project / "_build" / "site.digests"
    whole = note.read_text("utf-8")
    note.unlink()
    if left is not None:
        note.write_text(whole[: len(left) * 10], "utf-8")

    assert not holds()


def test_a_file_saved_during_the_build_is_built_by_the_next(project, monkeypatch):
    (project / "_build" / "site.digests").unlink()
    page = project / "docs" / "index.md"
    monkeypatch.setattr(commands, "environment", lambda: ENVIRONMENT)
    monkeypatch.setattr(workspace, "publish", lambda built: None)
    monkeypatch.setattr(
        commands, "build", lambda builder: page.write_text("# Saved late\n", "utf-8")
    )

    commands.html()
    late = holds()
    monkeypatch.setattr(commands, "build", lambda builder: None)
    commands.html()

    assert not late
    assert holds()


def test_the_second_build_starts_no_sphinx_and_a_touched_site_is_made_again(tmp_path):
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON})
    page = folder / "_build/html/lessons/1_part/plot_a.html"

    first = site(folder, "html")
    good = page.read_bytes()
    second = site(folder, "html")
    page.write_text("by hand", "utf-8")
    third = site(folder, "html")

    assert [0, 0, 0] == [first.status, second.status, third.status], first.said
    assert "Sphinx" in first.said
    assert "Nothing has changed since this site was built." in second.said
    assert "Sphinx" not in second.said
    assert "Sphinx" in third.said
    assert good == page.read_bytes()


LATE = """
import gc, sys
from sphinxext import late
late.setup(None)
import myst_nb.sphinx_ext, myst_nb.ext.eval, myst_nb.ext.download
heavy = {"sqlalchemy", "jupyter_cache", "nbclient"}
assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()
assert gc.get_threshold()[0] == late.OBJECTS

from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute import create_client
from nbformat.v4 import new_notebook
for mode, name in zip(("cache", "force", "inline"), late.CLIENTS.values()):
    config = NbParserConfig(execution_mode=mode)
    client = create_client(new_notebook(), "", config, None)
    assert type(client).__name__ == name, client
assert heavy <= sys.modules.keys()
real = sys.modules["myst_nb.core.execute.cache"]
late.setup(None)
assert sys.modules["myst_nb.core.execute.cache"] is real
"""
DRAWN = """
import os, sys
from sphinx_gallery import gen_gallery
assert callable(gen_gallery._import_matplotlib)
from sphinxext.gallery import leave_matplotlib
leave_matplotlib()
gen_gallery._import_matplotlib()
assert "matplotlib" not in sys.modules
from sphinxext.share_picture import png
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9">{}</svg>'
words = '<text y="9" font-family="DejaVu Sans">w.grad</text>'
assert png(svg.format(words)) != png(svg.format(""))
assert "matplotlib" not in sys.modules
assert os.environ["MPLBACKEND"] == "agg"
"""


@pytest.mark.parametrize("code", [LATE, DRAWN], ids=["notebooks", "matplotlib"])
def test_what_few_builds_need_is_imported_by_those(code):
    done = run(ROOT, sys.executable, "-c", code)

    assert (0, "") == (done.status, done.said)


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self):
        self.ring = self


def test_before_a_script_garbage_is_looked_for_among_new_objects(monkeypatch):
    monkeypatch.setattr(gen_rst, "gc", gen_rst.gc)
    gallery.collect_young()
    old = Ring()
    gc.collect()
    before = weakref.ref(old)
    del old
    new = weakref.ref(Ring())

    gen_rst.gc.collect()

    assert new() is None
    assert before() is not None


def test_the_messages_are_packed_again_where_one_has_changed(tmp_path, monkeypatch):
    (tmp_path / "_static").mkdir()
    made = []
    monkeypatch.setattr(finder, "script", lambda app: made.append(1) or f"{made}")
    entry = Entry("a", "Title", rare=False, messages=[("one", "")])
    env = SimpleNamespace(
        found_docs={finder.INDEX, "errors/a"},
        toctree_includes={finder.INDEX: ["errors/a"]},
        titles={"errors/a": nodes.title("", "A")},
        finder_entries={"errors/a": [entry]},
    )
    builder = SimpleNamespace(format="html")
    app = SimpleNamespace(builder=builder, outdir=tmp_path)

    first = finder.write_data(app, env)
    second = finder.write_data(app, env)
    entry.messages.append(("two", ""))
    third = finder.write_data(app, env)
    env.titles["errors/a"] = nodes.title("", "B")
    finder.write_data(app, env)
    (tmp_path / "_static" / finder.NAME).unlink()
    finder.write_data(app, env)

    assert [finder.INDEX, "errors/a"] == first == third
    assert [] == second
    assert 4 == len(made)


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core: nothing to spread over")
def test_many_lessons_are_spread_over_the_cores_and_make_the_same_bytes(tmp_path):
    marked = LESSON.replace("(w + 1).backward()", "y = w + 1\ny.backward()\n# graph: y")
    texts = {name: LESSON for name in "abcde"} | {"f": marked}
    built = []
    for lessons in (commands.SPREAD_FROM, len(texts)):
        folder = tiny_site(tmp_path / str(lessons) / AWKWARD, texts)
        script = folder / "tools" / "site.py"
        text = script.read_text("utf-8")
        few = text.replace(
            f"SPREAD_FROM = {commands.SPREAD_FROM}\n", f"SPREAD_FROM = {lessons}\n"
        )
        script.write_text(few, "utf-8")
        result = site(folder, "html")
        assert 0 == result.status, result.said
        in_chunks = " .. " in result.said  # what Sphinx hands to a process
        assert in_chunks == (lessons == len(texts)), result.said
        made = folder / "_build" / "html"
        built.append({p.relative_to(made): p.read_bytes() for p in made.rglob("*.*")})

    serial, parallel = built

    assert "figure" in serial[Path("lessons/1_part/plot_f.html")].decode()
    assert serial.keys() == parallel.keys()
    assert [] == [name for name in sorted(serial) if serial[name] != parallel[name]]


def test_a_cost_counts_children_and_their_memory(tmp_path):
    child = "x = bytearray(150_000_000); sum(range(3_000_000))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"

    # from a small process: a child begins with the memory that its parent has
    script = (
        "import json, sys; from pathlib import Path; from dataclasses import astuple\n"
        "from benchmarks.build_cost import cost\n"
        f"folder, codes = Path({str(tmp_path)!r}), ('', {code!r})\n"
        "runs = [cost(['-c', code], folder) for code in codes]\n"
        "print(json.dumps([astuple(run) for run in runs]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    empty, used = (Cost(*figures) for figures in json.loads(said.stdout))

    assert empty.peak < 100 < 150 < used.peak < 400
    assert used.cpu > empty.cpu
    assert used.wall > empty.wall


def test_a_command_that_fails_is_no_figure(tmp_path):
    with pytest.raises(RuntimeError, match="no such lesson"):
        cost(["-c", "raise SystemExit('no such lesson')"], tmp_path)


def test_the_table_has_medians_and_ratios_within_one_run():
    costs = [Cost(1.0, 2.0, 30.0), Cost(9.0, 4.0, 10.0), Cost(2.0, 9.0, 20.0)]
    whole = dict.fromkeys(build.WHOLE, [Cost(2.0, 2.0, 1.0)])
    alone = {"stock": costs, "cold": [Cost(4.0, 4.0, 1.0)], "doctest": costs}
    english = {"cold": [Cost(1.6, 1.0, 1.0)], "changed": [Cost(5.0, 1.0, 1.0)]}

    rows = build.ratios(whole, english, alone)

    assert Cost(2.0, 4.0, 30.0) == median(costs)
    assert ["2.00", "1.00", "to", "9.00"] == build.line("a", costs).split()[1:5]
    said = [row.rpartition(" at ")[0].split()[-1] for row in rows]
    assert said == ["0.27", "1.25", "0.50", "1.00", "0.00", "3.00", "0.00"]


def test_the_benchmark_measures_a_tiny_site(tmp_path):
    tiny = tiny_site(tmp_path / AWKWARD, {"a": LESSON, "b": LESSON})
    shutil.copytree(ROOT / "benchmarks", tiny / "benchmarks")
    project = build_project.copy(tmp_path / "copy", tiny)
    build_project.grow(project, 5)
    before = {path: path.read_bytes() for path in build_project.scripts(project)}

    costs = [
        case(project) for case in (build.start, build.lessons, build.stock, build.cold)
    ]
    build_project.change_one(project)

    assert all(0 < one.cpu for one in costs)
    assert costs[0].cpu < costs[1].cpu < costs[3].cpu
    assert 5 == len(before)
    assert (project / "_build/html/lessons/1_part_002/plot_a_002.html").exists()
    changed = [path for path, old in before.items() if path.read_bytes() != old]
    assert [build_project.scripts(project)[1]] == changed
    assert not (Path(tiny) / "_build").exists()
