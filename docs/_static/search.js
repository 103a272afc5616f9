/* The search boxes of a page. The engine and what it knows are loaded when a
   reader first turns to a box; results change with every letter. */
(function () {
  "use strict";

  const SHOWN = 10;
  const root = document.documentElement.dataset.content_root;
  const forms = document.querySelectorAll("form.search-form");
  let engine;

  function script(path) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.async = false;  // loaded at once, run one after the other
      element.src = root + path;
      element.onload = resolve;
      element.onerror = reject;
      document.head.append(element);
    });
  }

  function load() {
    engine ??= Promise.all(forms[0].dataset.scripts.split(" ").map(script));
    engine.catch(() => (engine = undefined));  // asked for again, it may come
    return engine;
  }

  function element(name, className, children) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  }

  function words(pieces) {
    return pieces.map(([text, hit]) => (hit ? element("mark", "", [text]) : text));
  }

  function item(result) {
    const meaning = result.meaning.length ? [element("span", "search-meaning", words(result.meaning))] : [];
    const link = element("a", "search-title", [...words(result.title), ...meaning]);
    link.href = root + result.address;
    const passage = element("p", "", words(result.passage));
    const titled = result.title.map(([text]) => text).join("") === result.page;
    const from = titled ? [] : [element("span", "search-from", [result.page])];
    return element("li", "", [link, ...from, passage]);
  }

  function attach(form) {
    const input = form.elements.q;
    const status = form.querySelector(".search-status");
    const list = form.querySelector(".search-results");
    const isBox = form.classList.contains("search-box");

    function close() {
      list.hidden = true;
      status.textContent = "";
    }

    function say(text) {
      if (status.textContent !== text) status.textContent = text;
    }

    function answer() {
      const query = input.value;
      if (!query.trim()) {
        close();
        return;
      }
      const results = guideSearch(query, SHOWN);
      list.replaceChildren(...results.map(item));
      list.hidden = results.length === 0;
      say(results.length ? form.dataset.found.replace("{count}", results.length) : form.dataset.none);
    }

    function ask() {
      if (!globalThis.guideSearch && input.value.trim()) say(form.dataset.loading);
      load().then(answer, () => say(form.dataset.failed));
    }

    function move(step) {
      const stops = [input, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (next && !list.hidden) next.focus();
    }

    form.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape" && isBox && !list.hidden) {
        event.preventDefault();
        input.focus();
        close();
      }
    });
    input.addEventListener("focus", () => load().catch(() => {}));
    input.addEventListener("input", ask);
    if (isBox) {
      form.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
      });
      document.addEventListener("pointerdown", (event) => {
        if (!form.contains(event.target)) close();
      });
    } else {
      input.value = new URLSearchParams(location.search).get("q") || "";
      ask();
    }
  }

  forms.forEach(attach);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const input = [...forms].map((form) => form.elements.q).find((box) => box.checkVisibility());
    if (!input) return;
    event.preventDefault();
    input.focus();
  });
})();
