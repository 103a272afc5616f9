"""The files that other services read are what those services expect."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT


def validate(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Check ``path`` with the schema that ships with check-jsonschema."""
    checker = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run(
        [str(checker), "--builtin-schema", schema, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-workflows", ".github/workflows/site.yml"),
        ("vendor.readthedocs", ".readthedocs.yaml"),
    ],
)
def test_a_service_accepts_its_file(schema, name, tmp_path):
    broken = tmp_path / Path(name).name
    text = (ROOT / name).read_text("utf-8")
    broken.write_text(
        text.replace("runs-on", "runs-under").replace("os:", "so:"), "utf-8"
    )

    result = validate(schema, ROOT / name)

    assert 0 == result.returncode, result.stdout
    assert 0 != validate(schema, broken).returncode


def test_the_ci_script_runs_make_test():
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert "exec make test" == lines[-1]
