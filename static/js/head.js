// What stands at the head of every page: links to the other languages, the choice of light or dark,
// the notice of a repaired link.

import { themeSwitch } from "./theme.js";

export function head() {
  // The other languages' links lead to the same picture.
  for (const link of document.querySelectorAll("[data-language]")) {
    link.addEventListener("click", () => {
      const params = new URLSearchParams(location.search);
      params.set("lang", link.dataset.language);
      link.search = params;
      link.hash = location.hash;
    });
  }
  themeSwitch(document.querySelector("[data-switch]"));
  const notice = document.querySelector("[data-repaired]");
  if (!notice) return;
  // A link that the server repaired gives way to what it became.
  history.replaceState(history.state, "", `?${notice.dataset.repaired}${location.hash}`);
  notice.querySelector("[data-dismiss]").addEventListener("click", () => notice.remove());
}
