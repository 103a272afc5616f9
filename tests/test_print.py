"""A page on paper: everything open, nothing of the machinery, light colours."""

import re

import pytest

LESSON = "lessons/1_first_graph/plot_1_two_paths.html"
HIDDEN = (
    ".sidebar-drawer",
    ".toc-drawer",
    ".mobile-header",
    ".content-icon-container",
    ".related-pages",
    ".sphx-glr-footer",
    ".copybtn",
    ".lg-bar",
)
DARK = "localStorage.setItem('theme', 'dark')"


@pytest.fixture(scope="module")
def paper(browser, edition):
    """A lesson as a reader prints it who has chosen dark and has a step shown."""
    page = browser.new_page(color_scheme="dark")
    page.add_init_script(DARK)
    page.goto((edition / LESSON).as_uri())
    page.locator("figure.lg input[type=range]").first.fill("1")
    page.emulate_media(media="print")
    yield page
    page.close()


def brightness(place, attribute):
    """Return the mean of red, green and blue in a colour of ``place``: 0 to 255."""
    colour = place.evaluate(f"(element) => getComputedStyle(element).{attribute}")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_everything_that_opens_is_open(paper):
    answers = paper.locator("details.answer .sphx-glr-script-out")

    assert answers.count() >= 2
    for place in range(answers.count()):
        assert answers.nth(place).is_visible()
    assert paper.locator(".lg-words li").first.is_visible()


def test_nothing_of_the_machinery_is_printed(paper):
    for selector in HIDDEN:
        places = paper.locator(selector)
        shown = [i for i in range(places.count()) if places.nth(i).is_visible()]
        assert [] == shown, selector
    assert paper.locator("h1").is_visible()


def test_pictures_and_outputs_have_light_colours(paper):
    card = paper.locator("figure.lg svg .lg-c:visible").first
    name = paper.locator("figure.lg svg .lg-n:visible").first
    output = paper.locator(".sphx-glr-script-out .highlight").first

    assert brightness(card, "fill") > 220
    assert brightness(name, "fill") < 60
    assert brightness(output, "backgroundColor") > 220
    assert paper.evaluate("document.body.dataset.theme") == "dark"


def test_the_whole_graph_is_printed_whatever_step_is_shown(paper):
    opacities = paper.locator("figure.lg svg .lg-off").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).opacity)"
    )

    assert len(opacities) > 0
    assert set(opacities) == {"1"}


def test_a_pdf_can_be_saved(paper, figures):
    data = paper.pdf(format="A4", print_background=True)

    assert data.startswith(b"%PDF")
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type /Page ")
    figures["a lesson on A4"] = f"{pages} pages, {len(data) / 1000:.0f} KB"
    assert 2 <= pages <= 12
