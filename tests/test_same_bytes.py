"""The site is the same bytes wherever, whenever and however it is built."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from conftest import AWKWARD, copy_project, run
from difference import contents, first_difference

from tools.languages import built as built_by
from tools.site import environment

OTHER_DAY = """\
import datetime
import time

DAYS = 400 * 86400
now, local, utc, form = time.time, time.localtime, time.gmtime, time.strftime
time.time = lambda: now() + DAYS
time.localtime = lambda s=None: local(time.time() if s is None else s)
time.gmtime = lambda s=None: utc(time.time() if s is None else s)
time.strftime = lambda f, t=None: form(f, time.localtime() if t is None else t)


class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)


datetime.datetime = Later
"""
"""What Python imports at its start, to live 400 days later."""

CUT_OFF = """\
import fcntl, os, socket, struct, sys
with socket.socket() as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sH", b"lo", 1))
try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError as error:
    print("cut off:", error.strerror, flush=True)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Brings this machine's own address up, shows that no other is there, and goes on."""


def without_network():
    """Return how to begin a command that has no network, nothing where that fails."""
    begin = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    known = subprocess.run([*begin, "true"], capture_output=True, check=False)
    return [] if known.returncode else [*begin, sys.executable, "-c", CUT_OFF]


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The site built with everything different that may be, and what was said."""
    copy = copy_project(tmp_path_factory.mktemp("elsewhere") / "copy")
    later = copy / "_build" / "later"
    later.mkdir(parents=True)
    (later / "sitecustomize.py").write_text(OTHER_DAY, "utf-8")
    settings = {
        "HOME": str(later),
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "77",
        "PYTHONPATH": str(later),
        "TZ": "Asia/Shanghai",
    }
    command = (
        *(*without_network(), sys.executable, "-m", "tools.editions", "-j", "2"),
        *("-n", "-W", "--keep-going", "-b", "html", "-c", "."),
        *("_build/doctrees", "docs", "_build/html"),
    )
    result = run(copy, *command, **environment() | settings)
    assert 0 == result.status, result.said
    return built_by(copy / "conf.py", copy / "_build" / "html"), result.said


def test_another_folder_day_zone_language_seed_and_number_of_processes(built, other):
    folders, _ = other
    here = contents(built)
    there = {
        f"{below}{name}": text
        for below, folder in folders.items()
        for name, text in contents(folder).items()
        if ".buildinfo" not in name
    }

    assert "" == first_difference(here, there)
    assert {".html", ".ipynb", ".zip", ".png", ".xml", ".js"} <= {
        os.path.splitext(name)[1] for name in here
    }


def test_the_whole_site_is_built_without_a_network(other):
    folders, said = other
    if not without_network():
        pytest.skip("NOT TESTED: this machine lets nobody cut a process off (unshare)")

    assert "cut off: Network is unreachable" in said
    assert folders
    for folder in folders.values():
        assert (folder / "index.html").exists()


def test_no_archive_holds_a_date_or_the_order_of_a_folder(built):
    archives = [*built.rglob("*.zip")]

    assert archives
    for path in archives:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            assert {(1980, 1, 1, 0, 0, 0)} == {e.date_time for e in packed.infolist()}
        assert sorted(names) == names


def test_a_notebook_says_nothing_of_where_and_when_it_was_made(built):
    notebooks = [*built.rglob("*.ipynb")]

    assert notebooks
    for path in notebooks:
        notebook = json.loads(path.read_text("utf-8"))
        assert AWKWARD not in path.read_text("utf-8")
        assert {"id", "outputs", "execution_count"} & notebook["cells"][0].keys() == (
            set()
        )


def zipped(**files):
    """Return a zip of ``files``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"a": b"x"}, {"a": b"x"}, ""),
        ({"b": b"1", "a": b"pq"}, {"a": b"pr", "b": b"2"}, "a, byte 1:\n  'pq'\n"),
        ({"a": b"x"}, {"a": b"xy"}, "a, byte 1:\n  'x'\n  'xy'"),
        ({"a": b"x"}, {}, "a stands only in the first"),
        ({}, {"a": b"x"}, "a stands only in the second"),
        ({"z.zip": zipped(m="1")}, {"z.zip": zipped(m="2")}, "z.zip: m, byte "),
        (
            {"z.zip": zipped(m="1", n="2")},
            {"z.zip": zipped(n="2", m="1")},
            "z.zip: packed in another order or way",
        ),
    ],
)
def test_the_first_difference_is_named(one, other, said):
    found = first_difference(one, other)

    assert found.startswith(said)
    assert bool(found) is bool(said)
