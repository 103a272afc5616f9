"""The site under its strict policy: nothing refused, nothing from outside."""

import http.server
import os
import threading
from functools import partial

import pytest
from conftest import LANGUAGES, SOME_PAGES, pages_of

from sphinxext.policy import headers

LESSON = "lessons/1_first_graph/plot_1_two_paths.html"
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


class Host(http.server.SimpleHTTPRequestHandler):
    """A host that serves the site below a folder, as GitHub Pages does.

    It sends the headers in ``_headers`` and, for an unknown address, ``404.html``.
    """

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/autograd-field-guide"))

    def end_headers(self):
        for name, text in headers().items():
            self.send_header(name, text)
        super().end_headers()

    def send_error(self, code, message=None, explain=None):
        page = open(os.path.join(self.directory, "404.html"), "rb").read()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def address(built):
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Host, directory=str(built))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/autograd-field-guide/"
    server.shutdown()


@pytest.fixture
def page(browser, address):
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda said: page.problems.append(said.text) if said.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            page.problems.append(request.url)
            if not request.url.startswith((address, "file:", "data:"))
            else None
        ),
    )
    yield page
    context.close()


def all_found(page):
    """Return everything that went wrong on ``page`` since it was opened."""
    return [*page.problems, *page.evaluate("window.violations")]


def names_of(built):
    """Return the address of every English page, and of some in each other language."""
    pages = pages_of(built)
    for folder in filter(None, LANGUAGES.values()):
        pages += [built / folder / f"{name}.html" for name in SOME_PAGES]
    names = [path.relative_to(built).as_posix() for path in pages]
    return [name for name in names if not name.endswith("404.html")]


def test_no_page_breaks_the_policy_or_asks_another_host(page, address, built, figures):
    names = names_of(built)
    found = {}
    for name in names:
        page.goto(address + name)
        if all_found(page):
            found[name] = all_found(page)
            page.problems.clear()

    assert {} == found
    assert [] == page.context.cookies()
    assert len(names) > 30
    figures["pages under the policy"] = f"{len(names)} served, no violation"


def test_no_page_breaks_the_policy_when_opened_from_its_file(page, built):
    found = {}
    for name in names_of(built):
        page.goto((built / name).as_uri())
        styled = page.evaluate("getComputedStyle(document.body).fontFamily")
        if all_found(page) or "Times" in styled:
            found[name] = [*all_found(page), styled]
            page.problems.clear()

    assert {} == found


def test_everything_on_a_lesson_works_under_the_policy(page, address):
    page.goto(address + LESSON)

    page.locator(".theme-toggle:visible").first.click()
    page.locator("button.copybtn").first.click(force=True)
    page.locator("figure.lg input[type=range]").first.fill("2")
    page.locator(".predict-switch:visible").first.click()
    page.locator(".predict-cover:visible").first.click()
    page.locator("details.answer summary").first.click()
    box = page.locator("input[type=search]:visible").first
    box.fill("leaf")
    page.wait_for_selector(".search-results a:visible")

    assert page.evaluate("document.body.dataset.theme") != "auto"
    assert page.locator(".predict-switch[aria-checked=true]").count()
    assert page.locator(".search-results a:visible").count() > 1
    assert [] == all_found(page)
    assert [] == page.context.cookies()


def test_the_search_page_and_the_finder_work_under_the_policy(page, address):
    page.goto(address + "search.html?q=retain_graph")
    page.wait_for_selector("article .search-results a:visible")
    page.goto(address + "errors/index.html")
    page.locator("#finder-text").fill(
        "element 0 of tensors does not require grad and does not have a grad_fn"
    )
    page.wait_for_selector(".finder-found a:visible")

    assert [] == all_found(page)


def test_what_the_policy_refuses_is_refused(page, address, built):
    for start in (address + LESSON, (built / LESSON).as_uri()):
        page.goto(start)
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.ran = true";
              document.body.append(script);
              document.querySelector("h1").setAttribute("style", "color: red");
              const image = new Image();
              image.src = "https://example.invalid/picture.png";
              document.body.append(image);
            }"""
        )
        page.wait_for_function("() => window.violations.length >= 3")
        refused = {one.partition(" ")[0] for one in page.evaluate("window.violations")}

        assert {"script-src-elem", "style-src-attr", "img-src"} == refused
        assert page.evaluate("window.ran") is None


def test_the_page_for_unknown_addresses_works_at_any_depth(page, address):
    answer = page.goto(address + "lessons/old/place/plot_9_gone.html")
    page.problems.clear()  # Chromium reports the status 404 itself
    styled = page.evaluate("getComputedStyle(document.body).fontFamily")
    page.locator("article a", has_text="All lessons").click()

    assert answer.status == 404
    assert "Times" not in styled
    assert page.url == address + "lessons/index.html"
    assert [] == all_found(page)


def test_hosts_that_read_a_file_of_headers_get_the_same_policy(built):
    first, *lines = (built / "_headers").read_text("utf-8").splitlines()
    sent = dict(line.strip().split(": ", 1) for line in lines)

    assert first == "/*"
    assert sent == headers()
    assert "default-src 'none'" in sent["Content-Security-Policy"]
    assert "unsafe" not in sent["Content-Security-Policy"]
