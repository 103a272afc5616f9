"""Predict first: covered until asked for, remembered, and harmless when it fails."""

import json
import re

import pytest
from conftest import pages_of

LESSON = "lessons/1_first_graph/plot_1_two_paths"
KEY = "1_first_graph/plot_1_two_paths"
INDEX = "lessons/index"
OUTPUTS = "article .sphx-glr-script-out, article figure.lg"
PRINT = "What will it print?"
GRAPH = "What will the graph look like?"
ALL = "Show all"
FORGET = "Forget my progress"
BLOCKED = """Object.defineProperty(window, "localStorage", { configurable: true,
  get() { throw new DOMException("denied", "SecurityError"); } })"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError"); }"""


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture
def context(browser, theme):
    """A reader's browser with its own storage."""
    context = browser.new_context(color_scheme=theme)
    yield context
    context.close()


@pytest.fixture
def visit(context, edition):
    """Open a page of the site; its script errors stand in ``problems``."""

    def open_it(name, anchor=""):
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto((edition / f"{name}.html").as_uri() + anchor)
        return page

    return open_it


def switch_on(page):
    page.locator(".predict-switch:visible").click()


def hidden_outputs(page):
    """Return the ids of the covered outputs outside the answers."""
    return page.evaluate(
        f"""[...document.querySelectorAll("{OUTPUTS}")]
        .filter((e) => !e.closest("details") && !e.checkVisibility())
        .map((e) => e.id)"""
    )


def kept(page):
    return json.loads(page.evaluate("localStorage.getItem('predict')"))


def test_everything_shows_until_the_switch_is_on(visit):
    page = visit(LESSON)

    switch = page.locator(".predict-switch:visible")

    assert "false" == switch.get_attribute("aria-checked")
    assert [] == hidden_outputs(page)
    assert not page.locator(".predict-bar").is_visible()
    assert page.evaluate("localStorage.getItem('predict')") is None


def test_outputs_and_pictures_are_covered_and_one_opens_at_a_time(visit, word):
    page = visit(LESSON)
    switch_on(page)
    covered = hidden_outputs(page)
    page.locator(".predict-cover", has_text=word(PRINT)).first.click()
    page.locator(".predict-cover", has_text=word(GRAPH)).first.press("Enter")
    left = hidden_outputs(page)

    assert len(covered) == page.locator(".predict-cover").count() + 2
    assert len(covered) == len(set(covered)) > 5
    assert "cell-1-output" in covered and "graph-1" in covered
    assert sorted({*covered} - {*left}) == ["cell-1-output", "graph-1"]
    assert "graph-1" == page.evaluate("document.activeElement.id")
    assert {"on": True, "lessons": {KEY: ["cell-1-output", "graph-1"]}} == kept(page)
    assert [] == page.problems


def test_answers_stay_as_they_are(visit):
    page = visit(LESSON)
    switch_on(page)
    answer = page.locator("details.answer").first
    answer.locator("summary").click()

    assert answer.locator(".sphx-glr-script-out").is_visible()
    assert 0 == answer.locator(".predict-cover").count()


def test_all_are_shown_at_once_and_the_switch_covers_and_uncovers(visit, word):
    page = visit(LESSON)
    switch_on(page)
    page.get_by_role("button", name=word(ALL)).press("Space")

    assert [] == hidden_outputs(page)
    assert "cell-1-output" == page.evaluate("document.activeElement.id")
    assert [] == kept(page)["lessons"][KEY]

    page.reload()
    assert hidden_outputs(page)
    switch_on(page)
    assert [] == hidden_outputs(page)
    assert 0 == page.locator(".predict-cover").count()


def numbers(place):
    """Return the numbers that a sentence says, in their order."""
    return [int(number) for number in re.findall(r"\d+", place.inner_text())]


def test_the_list_shows_the_progress_and_forgets_it(visit, word):
    lesson = visit(LESSON)
    switch_on(lesson)
    lesson.locator(".predict-cover").first.click()
    page = visit(INDEX)
    entry = page.locator(f'.lesson-progress[data-lesson="{KEY}"]')
    total = page.locator(".lesson-total [data-text]")
    most = len(hidden_outputs(lesson)) + 1

    assert [1, most] == numbers(entry)
    assert [1, 15] == numbers(total)[:2]
    assert 1 == page.locator(".lesson-progress:visible").count()

    page.get_by_role("button", name=word(FORGET)).click()
    assert {} == kept(page)["lessons"]
    assert [0, 15] == numbers(total)[:2]
    assert 0 == page.locator(".lesson-progress:visible").count()


def test_what_two_windows_predict_adds_up(visit):
    one, other = visit(LESSON), visit(LESSON)
    switch_on(one)
    other.reload()
    one.locator(".predict-cover").nth(0).click()
    other.locator(".predict-cover").nth(1).click()

    # a browser tells its other windows a moment later
    told = "key => JSON.parse(localStorage.predict).lessons[key].length > 1"
    one.wait_for_function(told, arg=KEY)
    assert ["cell-1-output", "cell-2-output"] == kept(one)["lessons"][KEY]


def test_a_link_to_an_output_opens_it(visit):
    switch_on(visit(LESSON))
    page = visit(LESSON, "#cell-3-output")

    assert "cell-3-output" not in hidden_outputs(page)
    assert "cell-2-output" in hidden_outputs(page)


@pytest.mark.parametrize(
    "text",
    ["{", "1", "[]", '{"on": 1, "lessons": {}}', '{"on": true, "lessons": {"a": 1}}'],
)
def test_broken_storage_is_said_once_and_replaced(visit, text):
    page = visit(LESSON)
    page.evaluate("text => localStorage.setItem('predict', text)", text)
    page.reload()

    assert page.locator(".predict-broken").is_visible()
    assert [] == hidden_outputs(page)
    switch_on(page)
    assert hidden_outputs(page)
    page.reload()
    assert not page.locator(".predict-broken").is_visible()
    assert [] == page.problems


@pytest.mark.parametrize("script", [BLOCKED, FULL], ids=["blocked", "full"])
def test_without_storage_the_switch_works_and_says_what_is_lost(context, visit, script):
    context.add_init_script(script)
    page = visit(LESSON)
    note = page.locator(".predict-blocked")

    assert not note.is_visible()
    switch_on(page)
    assert note.is_visible()
    first = hidden_outputs(page)[0]
    page.locator(".predict-cover").first.click()
    assert first not in hidden_outputs(page)
    switch_on(page)
    assert [] == hidden_outputs(page)
    assert [] == page.problems


@pytest.mark.parametrize("name", [LESSON, INDEX])
def test_without_scripts_everything_shows_and_no_control_is_dead(
    browser, edition, name
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((edition / f"{name}.html").as_uri())

    assert 0 == page.locator("button:visible").count()
    assert [] == [
        output
        for output in page.locator(OUTPUTS).all()
        if not output.locator("xpath=ancestor::details").count()
        and not output.is_visible()
    ]
    context.close()


def test_no_other_page_loads_the_script(visit, edition):
    loading = {
        path.relative_to(edition).as_posix()
        for path in pages_of(edition)
        if "predict.js" in path.read_text("utf-8")
    }

    assert LESSON + ".html" in loading and INDEX + ".html" in loading
    assert all(name.startswith("lessons/") for name in loading)
    assert 0 == visit("glossary").locator(".predict-switch").count()


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_an_unknown_part_of_a_page_is_said(visit):
    page = visit("glossary", "#no%20such<b>part")
    note = page.locator(".anchor-note")

    assert "no such<b>part" in note.inner_text()
    page.evaluate("location.hash = 'furo-main-content'")
    note.wait_for(state="hidden")
    page.evaluate("location.hash = '%E0%A4%A'")
    note.wait_for(state="visible")
    assert [] == page.problems


@pytest.mark.parametrize("kept", ["purple", "", "{}"])
def test_a_broken_theme_is_the_systems_theme(visit, kept):
    page = visit("glossary")
    page.evaluate("text => localStorage.setItem('theme', text)", kept)
    page.reload()

    assert "auto" == page.evaluate("document.body.dataset.theme")
    assert page.locator(".theme-toggle:visible svg:visible").count()


def test_no_output_is_seen_before_it_is_covered(context, visit):
    first = visit(LESSON)
    switch_on(first)
    waiting = []
    context.route("**/predict.js*", lambda route: waiting.append(route))
    page = context.new_page()
    page.goto(first.url, wait_until="commit")
    page.wait_for_selector(".related-pages", state="attached")
    output = page.locator("#cell-1-output")

    assert not output.is_visible()
    while not waiting:
        page.wait_for_timeout(20)
    assert not output.is_visible()
    waiting.pop().continue_()
    page.locator(".predict-cover").first.click()
    assert output.is_visible()


def test_everything_shows_where_the_script_does_not_come(context, visit):
    switch_on(visit(LESSON))
    context.route("**/predict.js*", lambda route: route.abort())
    page = visit(LESSON)

    assert page.locator("#cell-1-output").is_visible()
    assert page.locator("figure.lg").first.is_visible()


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_the_focus_stays_where_progress_was_forgotten(visit, word):
    lesson = visit(LESSON)
    switch_on(lesson)
    lesson.locator(".predict-cover").first.click()
    page = visit(INDEX)
    button = page.get_by_role("button", name=word(FORGET))
    button.press("Enter")

    assert not button.is_visible()
    assert page.evaluate("document.activeElement.matches('.lesson-total p')")
    page.reload()
    assert not button.is_visible()
