/* Opens the compact entry that the address names. */
(() => {
  "use strict";
  function open() {
    const entry = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (entry?.matches("details.rare")) {
      entry.open = true;
      entry.scrollIntoView();
    }
  }
  addEventListener("hashchange", open);
  open();
})();
