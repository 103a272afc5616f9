/* The box of {finder}: pasted text is read, never written into the page. */
(() => {
  "use strict";
  const SHOWN = 8;
  const box = document.querySelector(".finder");
  const text = box.querySelector("textarea");
  const said = box.querySelector(".finder-said");
  const list = box.querySelector(".finder-found");
  const words = box.dataset;
  let finder = null;
  let loading = false;

  function link(uri, label, tag) {
    const item = document.createElement("li");
    const anchor = item.appendChild(document.createElement("a"));
    anchor.href = words.root + uri;
    anchor.appendChild(document.createElement(tag)).textContent = label;
    return item;
  }

  function section(number) {
    const [family, anchor, title, warning, meaning] = errorFinderData.sections[number];
    const [uri, name] = errorFinderData.families[family];
    const item = link(`${uri}#${anchor}`, title, "code");
    if (meaning) {
      item.querySelector("code").lang = "en";
      const line = item.firstChild.appendChild(document.createElement("span"));
      line.className = "meaning";
      line.textContent = meaning;
    }
    const place = item.appendChild(document.createElement("span"));
    place.textContent = warning ? `${name} · ${words.warning}` : name;
    return item;
  }

  function show() {
    const pasted = text.value;
    const empty = !pasted.trim();
    const found = empty ? [] : finder.find(pasted).slice(0, SHOWN);
    said.textContent = empty ? "" : found.length ? words.found : words.none;
    const none = empty ? [] : errorFinderData.families.map(([uri, name]) =>
      link(uri, name, "span"));
    list.classList.toggle("families", !found.length);
    list.replaceChildren(...(found.length ? found.map(section) : none));
  }

  function focus() {
    if (location.hash === "#finder") text.focus();
  }

  function load() {
    if (finder) { show(); return; }
    if (loading) return;
    loading = true;
    const script = document.createElement("script");
    script.src = words.source;
    script.onload = () => { finder = new errorFinder.Finder(errorFinderData); show(); };
    script.onerror = () => { loading = false; said.textContent = words.failed; };
    document.head.append(script);
  }

  box.hidden = false;
  text.addEventListener("input", load);
  addEventListener("load", focus);
  addEventListener("hashchange", focus);
  if (text.value) load();
})();
