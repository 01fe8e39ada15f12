// The API's page: what is filled in becomes a URL, which is asked and shown.

import { show } from "./docs_answer.js";
import { exemplify } from "./docs_example.js";
import { address, sent } from "./docs_request.js";
import { search } from "./docs_search.js";
import { head } from "./head.js";
import { onTheme, theme } from "./theme.js";
import { say } from "./words.js";

const SAID_MS = 3000;
const main = document.getElementById("main");
let controller = new AbortController();

main.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});

async function send(form) {
  controller.abort();
  controller = new AbortController();
  const answered = form.closest(".operation").querySelector(".answered");
  answered.setAttribute("aria-busy", "true");
  try {
    await show(answered, address(form), { ...sent(form), signal: controller.signal });
  } finally {
    answered.removeAttribute("aria-busy");
  }
}

main.addEventListener("click", async ({ target }) => {
  if (!("copy" in target.dataset)) return;
  const text = target.parentElement.querySelector("a, pre");
  getSelection().selectAllChildren(text);
  // Browsers refuse the clipboard where a page came without encryption.
  if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent);
  else document.execCommand("copy");
  const said = main.querySelector(".copied");
  said.textContent = say("copied");
  setTimeout(() => (said.textContent = ""), SAID_MS);
});

// A figure that is asked for here is to be seen here.
function paint() {
  for (const choice of main.querySelectorAll("select[name=theme]")) choice.value = theme();
}
onTheme(paint);
paint();

// A link to an operation opens it.
function unfold() {
  const operation = document.getElementById(location.hash.slice(1));
  if (operation?.matches("details")) operation.open = true;
}
addEventListener("hashchange", unfold);
unfold();
exemplify(main);
search(main);
head();
