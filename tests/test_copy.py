"""Copy buttons give code that runs: no prompt, no output."""

import pytest

COPIED = """document.addEventListener("copy", () => {
  window.copied = document.activeElement.value; })"""
SHOWN = "e => e.closest('div.highlight').querySelector('pre').textContent"


@pytest.fixture
def open_page(browser, edition):
    page = browser.new_page()
    page.add_init_script(COPIED)

    def open_it(name):
        page.goto((edition / f"{name}.html").as_uri())
        return page

    yield open_it
    page.close()


def test_a_cell_is_copied_whole_and_an_output_has_no_button(open_page):
    page = open_page("lessons/1_first_graph/plot_1_two_paths")
    button = page.locator("#cell-1 button.copybtn")
    button.press("Enter")

    assert page.evaluate("copied").strip() == button.evaluate(SHOWN).strip()
    assert "torch.tensor([1.0]" in page.evaluate("copied")
    assert 0 == page.locator(".sphx-glr-script-out button.copybtn").count()


def test_a_session_is_copied_without_prompts_and_outputs(open_page):
    page = open_page("errors/backward")
    button = page.locator("button.copybtn").first
    button.press("Enter")
    lines = button.evaluate(SHOWN).splitlines()
    code = [line[4:] for line in lines if line.startswith((">>> ", "... "))]

    assert code == page.evaluate("copied").splitlines()
    assert len(code) < len([line for line in lines if line])
