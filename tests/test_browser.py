"""Pages in a real browser: no script error, no foreign request, nothing cut off."""

import re

import pytest
from conftest import ROOT, SIDEWAYS, each_page, lessons_of

PAGES = [
    "index",
    "lessons/index",
    "lessons/1_first_graph/plot_1_two_paths",
    "errors/index",
    "errors/backward",
    "measured/recording_cost",
    "glossary",
]


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture(params=[1280, 390])
def width(request):
    return request.param


@pytest.fixture
def open_page(browser, edition):
    """Open a page of the site from its file; collect errors and requests."""
    contexts = []

    def open_it(name, anchor="", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                page.problems.append(request.url)
                if not request.url.startswith(("file://", "data:"))
                else None
            ),
        )
        page.on("requestfailed", lambda request: page.problems.append(request.url))
        page.goto((edition / f"{name}.html").as_uri() + anchor)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(open_page, name, theme, width):
    page = open_page(name, color_scheme=theme, viewport={"width": width, "height": 800})

    wider = page.evaluate(SIDEWAYS)

    assert [] == page.problems
    assert page.inner_text("h1")
    assert wider <= 0


def test_an_answer_is_hidden_until_it_is_opened(open_page):
    for lesson in lessons_of(ROOT)[:3]:
        name = f"lessons/{lesson.parent.name}/{lesson.stem}"
        page = open_page(name, java_script_enabled=False)
        answer = page.locator("details.answer").first
        output = answer.locator(".sphx-glr-script-out")

        assert not output.is_visible()
        answer.locator("summary").focus()
        page.keyboard.press("Enter")
        assert output.is_visible()


def test_the_stepper_tells_the_graph_step_by_step(open_page):
    page = open_page("lessons/1_first_graph/plot_1_two_paths")
    figure = page.locator("figure.lg").first
    slider = figure.locator("input[type=range]")

    slider.fill("1")
    first = figure.locator(".lg-say").inner_text()
    slider.press("ArrowRight")
    second = figure.locator(".lg-say").inner_text()

    assert "a = w + x" in first
    assert "b = w + 1" in second


def test_without_scripts_the_picture_is_whole_and_no_control_is_dead(open_page):
    page = open_page(
        "lessons/1_first_graph/plot_1_two_paths", java_script_enabled=False
    )
    figure = page.locator("figure.lg").first

    assert figure.locator("svg").first.is_visible()
    assert not figure.locator("button").first.is_visible()
    figure.locator(".lg-words summary").click()
    assert figure.locator(".lg-words li").first.is_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@each_page(["errors/conversion", "errors/backward"])
def test_a_link_to_a_message_leads_to_it(open_page, edition, name, motion):
    text = (edition / f"{name}.html").read_text("utf-8")
    rare = re.findall(r'<details class="rare[^"]*"[^>]*id="([^"]+)"', text)
    common = re.findall(r'<section id="([^"]+)"', text)
    assert len(rare) > 5 and len(common) > 5

    for anchor in (common[1], common[len(common) // 2], rare[0], rare[len(rare) // 2]):
        page = open_page(name, reduced_motion=motion, anchor=f"#{anchor}")
        top = f"document.getElementById({anchor!r}).getBoundingClientRect().top"
        page.wait_for_function(f"() => {top} >= 0 && {top} < 200", timeout=10_000)
        page.wait_for_timeout(500)

        assert 0 <= page.evaluate(top) < 200
