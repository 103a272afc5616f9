/* Loaded before anything is painted: the reader's theme, storage that may be
   blocked, outputs to be covered, links to a part that is not there or in another
   language, code wider than the screen. */
(() => {
  "use strict";
  const root = document.documentElement;

  function keptTheme() {
    try {
      return localStorage.getItem("theme");
    } catch {
      // The theme's own script asks for localStorage unguarded.
      const kept = new Map();
      Object.defineProperty(window, "localStorage", {
        value: {
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => kept.set(key, String(value)),
          removeItem: (key) => kept.delete(key),
        },
      });
      root.dataset.storage = "blocked";
      return null;
    }
  }

  const theme = keptTheme();
  document.body.dataset.theme = ["light", "dark"].includes(theme) ? theme : "auto";

  function predicts() {
    try {
      return JSON.parse(localStorage.getItem("predict")).on === true;
    } catch {
      return false;  // nothing kept, or not ours: predict.js says so
    }
  }

  /* Nothing is seen before predict.js has covered it. Should that script not come,
     everything shows when the page is loaded. */
  if (predicts()) root.dataset.uncovered = "";
  addEventListener("load", () => delete root.dataset.uncovered);

  function nameOf(hash) {
    try {
      return decodeURIComponent(hash.slice(1));
    } catch {
      return hash.slice(1);
    }
  }

  function checkAnchor() {
    const note = document.querySelector(".anchor-note");
    if (note === null) return;  // a page without parts, such as the search
    const name = nameOf(location.hash);
    note.hidden = !name || name === "top" || document.getElementById(name) !== null;
    note.textContent = note.hidden ? "" : note.dataset.text.replace("{0}", () => name);
  }

  const SCROLLERS = "article :is(pre, div.math, .math-wrapper, .table-wrapper)";

  /* What scrolls sideways can be reached, and so scrolled, with the keyboard. */
  function measure(block) {
    if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
    else block.removeAttribute("tabindex");
  }

  /* A few at a time: the browser lays out what is far below only when asked. */
  function measureAll(blocks) {
    blocks.splice(0, 20).forEach(measure);
    if (blocks.length) setTimeout(measureAll, 50, blocks);
  }

  function watchScrollers() {
    const blocks = [...document.querySelectorAll(SCROLLERS)];
    const watcher = new ResizeObserver((entries) =>
      entries.forEach(({ target }) => measure(target)),
    );
    blocks.forEach((block) => watcher.observe(block));
    addEventListener("load", () => measureAll(blocks));
  }

  /* The same part of the page in the other language: the one that the address
     names, else the one that is read, which furo marks in the table of contents. */
  function followPart(event) {
    const link = event.currentTarget;
    const read = document.querySelector(".toc-tree .scroll-current > a.reference");
    const part = location.hash || (scrollY > 0 && read?.hash) || "";
    link.href = link.href.replace(/[?#].*$/, "") + location.search + part;
  }

  function watchLanguages() {
    document.querySelectorAll("a.language-switch").forEach((link) =>
      link.addEventListener("click", followPart),
    );
  }

  document.addEventListener("DOMContentLoaded", () => {
    checkAnchor();
    watchLanguages();
    watchScrollers();
  });
  addEventListener("hashchange", checkAnchor);
})();
