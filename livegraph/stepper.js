/* Steps through the pictures of a page. Every word it shows stands in the page. */
(() => {
  "use strict";
  const PAUSE = 1400;

  /* "1 4-6" holds 1, 4, 5 and 6. */
  const holds = (spans, k) =>
    (spans || "").split(" ").some((span) => {
      const [first, last = first] = span.split("-").map(Number);
      return first > 0 && first <= k && k <= last;
    });

  function start(figure) {
    figure.dataset.ready = "";
    openGroups(figure);
    const bar = figure.querySelector(".lg-bar");
    if (!bar) return;
    const slider = bar.querySelector("input");
    const say = bar.querySelector(".lg-say");
    const [back, play, forward] = bar.querySelectorAll("button");
    const lines = [...figure.querySelectorAll(".lg-words ol > li")];
    const parts = [...figure.querySelectorAll("[data-f],[data-b],[data-a]")];
    const last = Number(slider.max);
    let now = last;
    let timer = 0;

    function show(k) {
      now = Math.min(Math.max(k, 1), last);
      slider.value = now;
      const line = lines[now - 1].textContent;
      say.textContent = `${now}/${last} ${line}`;
      slider.setAttribute("aria-valuetext", `${now}/${last}`);
      back.setAttribute("aria-disabled", now === 1);
      forward.setAttribute("aria-disabled", now === last);
      for (const part of parts) {
        const { f, b, a } = part.dataset;
        part.classList.toggle("lg-off", now < Number(f || 0));
        part.classList.toggle("lg-early", now < Number(b || 0));
        part.classList.toggle("lg-on", holds(a, now));
      }
      lines.forEach((item, i) => {
        if (i === now - 1) item.setAttribute("aria-current", "step");
        else item.removeAttribute("aria-current");
      });
    }

    function stop() {
      clearInterval(timer);
      timer = 0;
      play.setAttribute("aria-label", play.dataset.play);
      bar.classList.remove("lg-playing");
    }

    function run() {
      show(now === last ? 1 : now + 1);
      play.setAttribute("aria-label", play.dataset.pause);
      bar.classList.add("lg-playing");
      timer = setInterval(() => (now < last ? show(now + 1) : stop()), PAUSE);
    }

    function move(k) {
      stop();
      show(k);
    }

    back.addEventListener("click", () => move(now - 1));
    forward.addEventListener("click", () => move(now + 1));
    play.addEventListener("click", () => (timer ? stop() : run()));
    slider.addEventListener("input", () => move(Number(slider.value)));
    bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      move(now + by);
    });
    bar.hidden = false;
  }

  /* A click on a folded card opens the place where the group is drawn. */
  function openGroups(figure) {
    for (const card of figure.querySelectorAll("[data-open]")) {
      card.addEventListener("click", () => {
        const place = document.getElementById(card.dataset.open);
        place.open = true;
        place.querySelector("summary").focus();
        place.scrollIntoView({ block: "nearest" });
      });
    }
  }

  const startAll = () =>
    document.querySelectorAll("figure.lg:not([data-ready])").forEach(start);
  if (document.readyState === "loading")
    document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
