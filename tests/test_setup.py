"""Setting up and building under bad conditions: one clear line each."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import AWKWARD, HOME, LESSON, ROOT, Result, run, site, tiny_site

from tools import environment, pins, workspace


def make(folder, requirements, **settings) -> Result:
    """Run the set-up that ``make`` runs."""
    command = (
        sys.executable,
        "-m",
        "tools.environment",
        str(folder),
        str(requirements),
    )
    return run(ROOT, *command, **settings)


def test_pins_are_exact():
    for name in ("requirements.txt", "requirements-test.txt"):
        lines = pins.lines_of(ROOT / name)
        assert lines
        assert [] == [line for line in lines if line.count("==") != 1]
    assert "torch==2.13.0" in pins.lines_of(ROOT / "requirements.txt")


def test_no_network_is_said_in_one_line(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("six==1.17.0\n", "utf-8")
    offline = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "1",
    }

    result = make(tmp_path / AWKWARD, requirements, **offline)

    assert 1 == result.status
    assert "Check the network connection" in result.said
    assert "run the same command again" in result.said
    assert "Traceback" not in result.said
    assert not (tmp_path / AWKWARD / "installed").exists()
    assert not environment.ready(tmp_path / AWKWARD, requirements)


def test_an_environment_is_made_once_and_again_when_pins_change(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# none\n", "utf-8")
    folder = tmp_path / AWKWARD

    first = make(folder, requirements)
    second = make(folder, requirements)
    ready = environment.ready(folder, requirements)
    requirements.write_text("nothing==1.0\n", "utf-8")

    assert 0 == first.status, first.said
    assert "making" in first.said
    assert (0, "") == (second.status, second.said)
    assert ready
    assert not environment.ready(folder, requirements)


def test_an_old_python_is_named(tmp_path):
    code = (
        "import sys; sys.version_info = (3, 9, 1); sys.argv = ['', 'a', 'b'];"
        "from tools.environment import main; main()"
    )

    result = run(ROOT, sys.executable, "-c", code)

    assert 1 == result.status
    assert "Python 3.11 or later is needed, and this is 3.9.1" in result.said


@pytest.mark.parametrize(
    ("pin", "found"), [("torch==2.12.0", "2.13.0"), ("no-such-torch==1.0", "missing")]
)
def test_a_wrong_or_missing_package_is_named(tmp_path, pin, found):
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON})
    (folder / "requirements.txt").write_text(pin + "\n", "utf-8")

    result = site(folder, "html")

    name, _, wanted = pin.partition("==")
    assert 1 == result.status
    assert f"{name} is {found}, requirements.txt pins {wanted}" in result.said
    assert "Delete the folder" in result.said
    assert not (folder / "_build" / "html").exists()


@pytest.fixture
def good(tmp_path):
    """A tiny site that is built."""
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON, "b": LESSON})
    result = site(folder, "html")
    assert 0 == result.status, result.said
    return folder


def contents(folder):
    """Return what is in each file of the site."""
    site_folder = folder / "_build" / "html"
    return {p: p.read_bytes() for p in sorted(site_folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    "moment", ["generating gallery", "reading", "writing", "dumping"]
)
def test_a_build_killed_half_way_is_made_good_by_the_next(good, moment):
    before = contents(good)
    lesson = good / "examples" / "1_part" / "plot_a.py"
    lesson.write_text(LESSON.replace("A claim.", "Another claim."), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.site", "html"],
        cwd=good,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    for line in process.stdout:
        if moment in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    after_kill = contents(good)
    again = site(good, "html")
    right = contents(good)
    site(good, "clean")
    cold = site(good, "html")

    assert before == after_kill
    assert 0 == again.status == cold.status, again.said
    assert right == contents(good)
    assert b"Another claim." in right[good / "_build/html/lessons/1_part/plot_a.html"]


@pytest.fixture
def small_disk(good):
    """A disk of 300 KB under the folder in which builds work."""
    folder = good / "_build" / "work"
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    umount = ["umount", "-l", str(folder)]
    for prefix in ([], ["sudo", "-n"]):
        if not shutil.which((prefix + mount)[0]):
            continue
        if subprocess.run(prefix + mount, capture_output=True, check=False).returncode:
            continue
        yield lambda prefix=prefix: subprocess.run(prefix + umount, check=True)
        return
    pytest.skip("this user may not mount a disk")


def test_a_full_disk_is_named_and_the_last_good_site_stays(good, small_disk):
    before = contents(good)
    lesson = good / "examples" / "1_part" / "plot_a.py"
    lesson.write_text(LESSON.replace("A claim.", "Another claim."), "utf-8")

    full = site(good, "html")
    after = contents(good)
    small_disk()
    again = site(good, "html")

    assert 1 == full.status
    assert "The disk is full" in full.said.rstrip().split("\n")[-1]
    assert before == after
    assert 0 == again.status, again.said


def test_a_second_build_waits_for_the_first(good):
    lesson = good / "examples" / "1_part" / "plot_a.py"
    lesson.write_text(LESSON.replace("A claim.", "Another claim."), "utf-8")
    command = [sys.executable, "-m", "tools.site", "html"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    one = subprocess.Popen(command, cwd=good, **pipes)
    time.sleep(1)
    two = subprocess.Popen(command, cwd=good, **pipes)
    said = [process.communicate()[0] for process in (one, two)]

    assert [0, 0] == [one.returncode, two.returncode], said
    assert "waiting for it" in said[0] + said[1]


def test_the_site_is_exchanged_in_one_step(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()

    workspace.exchange(one, other)

    assert ["other"] == [path.name for path in one.iterdir()]
    assert ["one"] == [path.name for path in other.iterdir()]


def test_a_changed_setting_makes_everything_anew(good):
    (good / "conf.py").write_text((good / "conf.py").read_text("utf-8") + "\n", "utf-8")

    result = site(good, "html")

    assert 0 == result.status
    assert "executed 2 out of 2" in result.said


@pytest.mark.parametrize("command", ["help", "clean"])
def test_make_knows_the_command(command, tmp_path):
    folder = tiny_site(tmp_path / AWKWARD, {})
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8"), "utf-8")

    assert 0 == run(folder, "make", command).status


def test_a_changed_measurement_is_drawn_again(tmp_path):
    page = (
        "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# Measured\n\n"
        "```{code-cell} ipython3\nfrom IPython.display import display\n"
        "display({'text/html': open('data.json').read()}, raw=True)\n```\n"
    )
    home = HOME.replace("lessons/index", "lessons/index\nmeasured/page")
    folder = tiny_site(tmp_path / AWKWARD, {"a": LESSON}, home)
    measured = folder / "docs" / "measured"
    measured.mkdir()
    (measured / "page.md").write_text(page, "utf-8")
    (measured / "data.json").write_text("<b>first figure</b>", "utf-8")
    first = site(folder, "html")
    (measured / "data.json").write_text("<b>second figure</b>", "utf-8")

    second = site(folder, "html")

    assert [0, 0] == [first.status, second.status], first.said + second.said
    assert "executed 0 out of 0" in second.said
    text = (folder / "_build/html/measured/page.html").read_text("utf-8")
    assert "second figure" in text
    assert "first figure" not in text
