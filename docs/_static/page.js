/* Loaded before anything is painted: the reader's theme, storage that may be
   blocked, links to a part that is not there, code wider than the screen. */
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

  /* What scrolls sideways can be reached, and so scrolled, with the keyboard. */
  function watchScrollers() {
    const watcher = new ResizeObserver((entries) => {
      for (const { target } of entries)
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    });
    document.querySelectorAll("article pre").forEach((block) => watcher.observe(block));
  }

  document.addEventListener("DOMContentLoaded", () => {
    checkAnchor();
    watchScrollers();
  });
  addEventListener("hashchange", checkAnchor);
})();
