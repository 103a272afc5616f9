/* Predict first: outputs are covered until asked for, and progress is kept here.
   Every word it shows stands in the page. */
(() => {
  "use strict";
  const KEY = "predict";
  const bar = document.querySelector(".predict-bar");
  const total = document.querySelector(".lesson-total");
  const entries = document.querySelectorAll(".lesson-progress");
  const switches = document.querySelectorAll(".predict-switch");
  const covers = new Map();
  let lasts = document.documentElement.dataset.storage !== "blocked";
  let broken = false;
  let kept = { on: false, lessons: {} };

  const isRecord = (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const isKept = (value) =>
    isRecord(value) &&
    typeof value.on === "boolean" &&
    isRecord(value.lessons) &&
    Object.values(value.lessons).every(
      (ids) => Array.isArray(ids) && ids.every((id) => typeof id === "string"),
    );

  /* What another tab has written since counts as well. */
  function read() {
    const text = localStorage.getItem(KEY);
    if (text === null) return;
    let value = null;
    try {
      value = JSON.parse(text);
    } catch {
      // not ours, or cut off: isKept refuses it
    }
    if (isKept(value)) kept = value;
    else broken = true;
  }

  function change(edit) {
    if (lasts) read();
    edit(kept);
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      lasts = false;
    }
    draw();
  }

  const say = (place, ...values) => {
    const text = place.dataset.text.replace(/\{(\d)\}/g, (_, k) => values[k]);
    if (place.textContent !== text) place.textContent = text;
  };
  const of = (lesson) => new Set(kept.lessons[lesson] ?? []);

  function targets() {
    return [...bar.querySelectorAll("template")].flatMap((template) =>
      [...document.querySelectorAll(template.dataset.for)]
        .filter((target) => !target.closest("details"))
        .map((target) => [target, template.content.firstElementChild]),
    );
  }

  function open(target) {
    covers.get(target)?.remove();
    covers.delete(target);
    target.hidden = false;
  }

  function predicted(target) {
    open(target);
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    change(({ lessons }) => {
      const ids = of(bar.dataset.lesson).add(target.id);
      lessons[bar.dataset.lesson] = [...ids];
    });
  }

  function coverAll() {
    for (const [target, question] of targets()) {
      if (covers.has(target)) continue;
      const cover = question.cloneNode(true);
      cover.addEventListener("click", () => predicted(target));
      target.before(cover);
      target.hidden = true;
      covers.set(target, cover);
    }
    openLinked();
  }

  function openAll() {
    [...covers.keys()].forEach(open);
    draw();
  }

  /* A link to an output asks for it. */
  function openLinked() {
    const id = location.hash.slice(1);
    for (const target of covers.keys())
      if (id && (target.id === id || target.querySelector(`#${CSS.escape(id)}`))) {
        open(target);
        target.scrollIntoView();
      }
  }

  function sayWhatFailed(place) {
    place.querySelector(".predict-blocked").hidden = lasts || !kept.on;
    place.querySelector(".predict-broken").hidden = !broken;
  }

  function drawLesson() {
    const [count] = bar.querySelectorAll("[data-text]");
    const all = targets();
    const done = of(bar.dataset.lesson);
    bar.hidden = !kept.on && !broken;
    for (const part of [bar.querySelector(".predict-hint"), count])
      part.hidden = !kept.on;
    bar.querySelector("button").hidden = !kept.on || covers.size === 0;
    say(count, all.filter(([target]) => done.has(target.id)).length, all.length);
    sayWhatFailed(bar);
  }

  function drawEntry(entry) {
    const most = Number(entry.dataset.outputs);
    const done = Math.min(of(entry.dataset.lesson).size, most);
    const opened = entry.dataset.lesson in kept.lessons;
    entry.hidden = !opened;
    say(entry, done, most);
    return { opened, done, most };
  }

  function drawTotal(found) {
    const sum = (values) => values.reduce((one, other) => one + other, 0);
    const [count] = total.querySelectorAll("[data-text]");
    const opened = found.filter((entry) => entry.opened).length;
    const done = sum(found.map((entry) => entry.done));
    const most = sum(found.map((entry) => entry.most));
    total.hidden = !kept.on && !opened && !broken;
    say(count, opened, found.length, done, most);
    total.querySelector("button").hidden = opened === 0;
    sayWhatFailed(total);
  }

  function draw() {
    for (const control of switches) {
      control.hidden = false;
      control.setAttribute("aria-checked", kept.on);
    }
    if (bar) drawLesson();
    const found = [...entries].map(drawEntry);
    if (total) drawTotal(found);
  }

  function enter() {
    if (kept.on && bar) {
      coverAll();
      const { lesson } = bar.dataset;
      change(({ lessons }) => (lessons[lesson] ??= []));
    } else if (bar) openAll();
    draw();
  }

  for (const control of switches)
    control.addEventListener("click", () => {
      const on = !kept.on;
      change((state) => (state.on = on));
      enter();
    });
  bar?.querySelector("button").addEventListener("click", () => {
    const first = covers.keys().next().value;
    openAll();
    first.tabIndex = -1;
    first.focus();
  });
  total?.querySelector("button").addEventListener("click", () => {
    change((state) => (state.lessons = {}));
    const said = total.querySelector("[data-text]");  // the button is gone
    said.tabIndex = -1;
    said.focus();
  });
  addEventListener("hashchange", openLinked);
  addEventListener("pageshow", (event) => {
    if (event.persisted && lasts) read();
    draw();
  });
  read();
  enter();
  delete document.documentElement.dataset.uncovered;
})();
