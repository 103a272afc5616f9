"""Nothing that happens to a build harms the last good site or the next build."""

import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

import psutil
import pytest
import warm
from conftest import AWKWARD, HOME, LESSON, run, site, tiny_site
from difference import contents, first_difference

from tools import workspace

STEP = 0.01
"""Seconds from one look at a build to the next."""
CLAIMS = "A claim.", "Another claim."
CHINESE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Tiny"
msgstr "小"
"""


def small(folder):
    """Make a site of one lesson in ``folder``, in two languages."""
    return tiny_site(folder, {"a": LESSON}, chinese={"index": CHINESE})


def claim(folder, number):
    """Let the lesson claim something else."""
    lesson = folder / "examples" / "1_part" / "plot_a.py"
    lesson.write_text(LESSON.replace(CLAIMS[0], CLAIMS[number]), "utf-8")


def site_of(folder):
    """Return what is in the site that ``folder`` shows."""
    return contents(folder / "_build" / "html")


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """What the site is with the one claim and with the other, each built cold."""
    found = []
    for number in range(len(CLAIMS)):
        folder = small(tmp_path_factory.mktemp("right") / AWKWARD)
        claim(folder, number)
        result = warm.build(folder)
        assert 0 == result.status, result.said
        found.append(site_of(folder))
    assert first_difference(*found)
    return found


@pytest.fixture
def good(tmp_path, right):
    """A site that is built, with the first claim."""
    folder = small(tmp_path / AWKWARD)
    result = warm.build(folder)
    assert 0 == result.status, result.said
    return folder


def spent(pid):
    """Return the seconds of processor time that a process and its children used."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family)
    except psutil.NoSuchProcess:
        return 0.0


def length(folder):
    """Build, and return the processor time that it took as ``spent`` sees it."""
    command, last = warm.Command(folder, "html"), 0.0
    while command.process.is_alive():
        last = max(last, spent(command.process.pid))
        time.sleep(STEP)
    assert 0 == command.wait().status
    return last


def kill_at(folder, moment):
    """Begin a build and kill all of it after ``moment`` seconds of its own time.

    Its own time: on a busy machine a build lasts longer, and does not do more.
    """
    command = warm.Command(folder, "html")
    while command.process.is_alive() and spent(command.process.pid) < moment:
        time.sleep(STEP)
    return command.kill().status


def test_killed_at_twenty_random_moments_the_next_build_is_right(good, right):
    chance = random.Random(20)
    lasts = {}
    claim(good, 1)
    lasts["one change"] = length(good)
    (workspace_of(good) / "running").touch()
    lasts["all anew"] = length(good)
    shown, repaired, killed = 1, True, []
    for number in range(20):
        if repaired:
            claim(good, 1 - shown)
        whole = lasts["one change" if repaired else "all anew"]
        killed.append(kill_at(good, whole * (number % 10 + chance.random()) / 10))
        now = site_of(good)
        assert now in (right[shown], right[1 - shown]), f"kill {number}: half a site"
        repaired = number % 3 != 0
        if repaired:
            result = warm.build(good)
            assert 0 == result.status, result.said
            shown = 1 - shown
            assert "" == first_difference(right[shown], site_of(good)), number
    assert killed.count(-signal.SIGKILL) >= 15, killed


def workspace_of(folder):
    """Return the folder in which builds work."""
    return folder / workspace.WORK.relative_to(workspace.ROOT)


def test_a_file_that_a_kill_has_cut_off_is_made_again(good, right):
    with (good / "docs" / "index.md").open("a", encoding="utf-8") as home:
        home.write("\n% A comment, for a build that has something to do.\n")
    command = warm.Command(good, "html")
    while not (workspace_of(good) / "running").exists():
        assert command.process.is_alive()
        time.sleep(0.001)
    command.kill()
    notebook = good / "docs" / "lessons" / "1_part" / "plot_a.ipynb"
    if notebook.exists():
        notebook.write_bytes(notebook.read_bytes()[:100])

    result = warm.build(good)

    assert 0 == result.status, result.said
    assert "" == first_difference(right[0], site_of(good))


def test_no_file_of_the_last_good_site_is_written(good, right):
    with ExitStack() as held:
        site = good / "_build" / "html"
        files = {n: held.enter_context((site / n).open("rb")) for n in right[0]}
        claim(good, 1)
        result = warm.build(good)
        old = {name: file.read() for name, file in files.items()}

    assert 0 == result.status, result.said
    assert "" == first_difference(right[0], old)
    assert "" == first_difference(right[1], site_of(good))


def ended(process):
    """Tell whether ``process`` has ended; that nobody has asked how is no matter."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_sphinx_whose_build_was_killed_is_waited_for(good, right, tmp_path):
    claim(good, 1)
    command = [sys.executable, "-m", "tools.site", "html"]
    with (tmp_path / "said").open("w") as said:
        first = subprocess.Popen(command, cwd=good, stdout=said, stderr=said)
        while "generating gallery" not in (tmp_path / "said").read_text("utf-8"):
            assert first.poll() is None
            time.sleep(0.01)
        children = psutil.Process(first.pid).children()
        first.kill()
        first.wait()
    lives = [child.is_running() for child in children]

    second = warm.build(good)

    assert [True] == lives
    assert [True] == [ended(child) for child in children]
    assert 0 == second.status, second.said
    assert "waiting for it" in second.said
    assert "" == first_difference(right[1], site_of(good))


def test_two_builds_at_once_take_turns(good, right):
    claim(good, 1)
    builds = [warm.Command(good, "html"), warm.Command(good, "doctest")]

    results = [build.wait() for build in builds]

    assert [0, 0] == [result.status for result in results], results
    assert 1 == sum("waiting for it" in result.said for result in results)
    assert "" == first_difference(right[1], site_of(good))


def last_line(result):
    """Return the line that a reader sees last."""
    return result.said.rstrip().split("\n")[-1]


NOT_HERE = "NOT TESTED: this user may not {} on this machine"
BIND = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
BIND_SOURCES = BIND.replace(
    " && mount -o", ' && mount --bind "$0/_build" "$0/_build" && mount -o'
)


def read_only(script, folder, *command):
    """Run ``command`` in ``folder``, which nobody may write, not even root."""
    begin = ("unshare", "--map-root-user", "--mount", "sh", "-c", script, str(folder))
    if shutil.which("unshare") is None or run(folder, *begin, "true").status:
        pytest.skip(NOT_HERE.format("mount a folder read-only (unshare)"))
    return run(folder, *begin, *command)


@pytest.mark.parametrize("script", [BIND, BIND_SOURCES], ids=["all", "sources"])
def test_a_read_only_checkout_is_named_in_one_line(good, right, script):
    claim(good, 1)

    refused = read_only(script, good, sys.executable, "-m", "tools.site", "html")
    after = site_of(good)
    again = warm.build(good)

    assert 1 == refused.status
    assert last_line(refused).startswith("Nothing was built: ")
    assert "allow writing there" in refused.said
    assert "Traceback" not in refused.said
    assert "" == first_difference(right[0], after)
    assert 0 == again.status, again.said
    assert "" == first_difference(right[1], site_of(good))


def as_root(*command):
    """Run ``command`` as root, where this user can; tell whether it worked."""
    for prefix in ([], ["sudo", "-n"]):
        whole = [*prefix, *command]
        if shutil.which(whole[0]) is None:
            continue
        if not subprocess.run(whole, capture_output=True, check=False).returncode:
            return True
    return False


@pytest.fixture
def disk(tmp_path, right):
    """A site on a disk of its own, and what sets how much of that is free."""
    folder = small(tmp_path / AWKWARD)
    build = folder / "_build"
    build.mkdir()
    if not as_root("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(build)):
        pytest.skip(NOT_HERE.format("mount a disk"))

    def leave(free):
        used = shutil.disk_usage(build).used
        assert as_root("mount", "-o", f"remount,size={used + free}", str(build))

    yield folder, leave
    as_root("umount", "-l", str(build))


def test_a_disk_that_is_full_sooner_or_later_is_named(disk, right):
    folder, leave = disk
    assert 0 == warm.build(folder).status
    shown, failed = 0, 0
    for free in (0, 4096, 2**16, 2**18, 2**20, 2**21):
        claim(folder, 1 - shown)
        leave(free)
        full = warm.build(folder)
        now = site_of(folder)
        leave(2**26)
        again = warm.build(folder)

        assert "tools/workspace.py" not in full.said, full.said
        assert now in (right[shown], right[1 - shown]), f"half a site, {free} left"
        if full.status:
            failed += 1
            assert "Free some space" in last_line(full)
        shown = 1 - shown
        assert 0 == again.status, again.said
        assert "" == first_difference(right[shown], site_of(folder)), free
    assert failed >= 4


SENSITIVE = '''\
"""
What an environment changes
===========================

A claim.

You need: nothing.
"""

import torch

print(torch.get_num_threads())
# > 1


# %%
# A docstring, an assertion and a message.


def documented():
    """Yes."""


print(documented.__doc__)
# > Yes.
try:
    assert not documented
except AssertionError:
    print("asserted")
# > asserted
try:
    torch.ones(1).backward()
except RuntimeError as error:
    print(error)
# > element 0 of tensors does not require grad and does not have a grad_fn
'''

MEASURED = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# Measured

```{code-cell} ipython3
import matplotlib

print(matplotlib.rcParams["font.size"], __debug__, "started" in dir())
# > 10.0 True False
```
"""

HOSTILE = {
    "ATEN_CPU_CAPABILITY": "default",
    "COLUMNS": "20",
    "FORCE_COLOR": "1",
    "LANG": "zh_CN.UTF-8",
    "LANGUAGE": "zh_CN:de",
    "LC_ALL": "zh_CN.UTF-8",
    "MKL_NUM_THREADS": "2",
    "MPLBACKEND": "none-of-this-name",
    "NO_COLOR": "1",
    "OMP_NUM_THREADS": "2",
    "PYTHONDEVMODE": "1",
    "PYTHONHASHSEED": "11",
    "PYTHONOPTIMIZE": "2",
    "PYTHONWARNINGS": "error",
    "PYTORCH_JIT": "0",
    "SOURCE_DATE_EPOCH": "1",
    "SPHINXOPTS": "-D project=Other",
    "TORCH_LOGS": "+autograd",
    "TORCH_SHOW_CPP_STACKTRACES": "1",
    "TZ": "America/St_Johns",
}


def sensitive(folder):
    """Make a site in ``folder`` that shows what an environment can change."""
    home = HOME.replace("lessons/index", "lessons/index\nmeasured/page")
    tiny_site(folder, {"a": SENSITIVE}, home)
    (folder / "docs" / "measured").mkdir()
    (folder / "docs" / "measured" / "page.md").write_text(MEASURED, "utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The site that shows it, built in the environment of the tests."""
    folder = sensitive(tmp_path_factory.mktemp("plain") / AWKWARD)
    result = warm.build(folder)
    assert 0 == result.status, result.said
    return site_of(folder)


def test_no_variable_and_no_file_at_home_changes_a_page(plain, tmp_path):
    folder, home = sensitive(tmp_path / AWKWARD), tmp_path / "home"
    for name, text in {
        ".config/matplotlib/matplotlibrc": "font.size: 30\n",
        ".ipython/profile_default/startup/own.py": "started = True\n",
        "own/matplotlibrc": "font.size: 40\n",
    }.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(text, "utf-8")
    files = {
        "HOME": str(home),
        "MATPLOTLIBRC": str(home / "own" / "matplotlibrc"),
        "IPYTHONDIR": str(home / ".ipython"),
    }

    result = site(folder, "html", **HOSTILE, **files)

    assert 0 == result.status, result.said
    assert "" == first_difference(plain, site_of(folder))


def test_nobody_has_to_be_at_home(plain, tmp_path):
    folder = sensitive(tmp_path / AWKWARD)

    result = run(
        folder, "env", "-u", "HOME", sys.executable, "-m", "tools.site", "html"
    )

    assert 0 == result.status, result.said
    assert "" == first_difference(plain, site_of(folder))


def test_the_site_is_exchanged_in_one_step(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()

    workspace.exchange(one, other)

    assert ["other"] == [path.name for path in one.iterdir()]
    assert ["one"] == [path.name for path in other.iterdir()]
