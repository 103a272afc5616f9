"""The maintainer's face: every command in an environment of its own.

What a command does is in tools/site.py; a session adds the environment alone.
"""

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "doctest", "html", "tests"]

BUILD = "requirements.txt"
TEST = "requirements-test.txt"
MUTMUT = "mutmut==3.8.1"


@nox.session
def html(session: nox.Session) -> None:
    """Build the site, and put it in place where nothing is wrong."""
    session.install("-r", BUILD)
    session.run("python", "-m", "tools.site", "html")


@nox.session
def doctest(session: nox.Session) -> None:
    """Prove every printed line of lessons and pages."""
    session.install("-r", BUILD)
    session.run("python", "-m", "tools.site", "doctest")


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test; what follows ``--`` goes to pytest."""
    session.install("-r", TEST)
    session.run("python", "-m", "tools.site", "test", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run every test; fail where too little of a package was run, builds included."""
    session.install("-r", TEST)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "tools.site", "test", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")
    session.run("coverage", "json", "--quiet")
    session.run("python", "-m", "tools.reached", "coverage.json")


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the proof in a thousand ways; fail where no test sees it."""
    session.install("-r", TEST, MUTMUT)
    session.run("mutmut", "run")
    session.run("python", "-m", "tools.mutants")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling, and the files that other services read."""
    session.install("-r", TEST)
    session.run("python", "-m", "tools.site", "lint")


@nox.session
def translations(session: nox.Session) -> None:
    """Bring the catalogues up to date, and name what is left to translate."""
    session.install("-r", BUILD)
    session.run("python", "-m", "tools.site", "translations")


@nox.session
def links(session: nox.Session) -> None:
    """Ask every link that leaves the site whether it still leads somewhere."""
    session.install("-r", BUILD)
    session.run("python", "-m", "tools.site", "links")


@nox.session
def versions(session: nox.Session) -> None:
    """Compare other torch releases, named after ``--``; write docs/versions.json."""
    session.run("python", "-m", "tools.site", "versions", *session.posargs)
