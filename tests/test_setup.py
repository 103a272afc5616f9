"""Setting up and building under bad conditions: one clear line each."""

import os
import sys

import pytest
from conftest import AWKWARD, LESSON, ROOT, Result, run, site, tiny_site

from tools import environment, pins


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


@pytest.mark.parametrize("command", ["help", "clean"])
def test_make_knows_the_command(command, tmp_path):
    folder = tiny_site(tmp_path / AWKWARD, {})
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8"), "utf-8")

    assert 0 == run(folder, "make", command).status
