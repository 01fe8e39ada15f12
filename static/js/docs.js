// The API's page: what is filled in becomes a URL, which is asked and shown.

import { head } from "./head.js";
import { say } from "./words.js";

const main = document.getElementById("main");
let controller = new AbortController();

main.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});

function address(form) {
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(form.elements[name].value));
  const query = new URLSearchParams();
  for (const { name, value, dataset } of form.elements) {
    if (!name || "inPath" in dataset || value === (dataset.default ?? "")) continue;
    ("several" in dataset ? value.split(/[\s,]+/).filter(Boolean) : [value.trim()]).forEach((one) => query.append(name, one));
  }
  return `${location.origin}${path}${query.size ? `?${query}` : ""}`;
}

async function send(form) {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const answered = form.closest(".operation").querySelector(".answered");
  const shown = main.querySelector("template").content.cloneNode(true);
  const part = (name) => shown.querySelector(`[data-${name}]`);
  const url = address(form);
  Object.assign(part("url"), { href: url, textContent: url });
  part("shell").textContent = `curl '${url}'`;
  answered.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(url, { signal });
    const type = reply.headers.get("Content-Type") ?? "";
    const body = await reply.text();
    const text = /json/.test(type) ? JSON.stringify(JSON.parse(body), null, 2) : body;
    const most = Number(main.dataset.shown);
    part("status").textContent = `${reply.status} ${type}`;
    part("body").textContent = text.slice(0, most);
    part("more").hidden = text.length <= most;
  } catch (error) {
    if (error.name === "AbortError") return;
    part("status").textContent = say("unreachable");
    part("body").remove();
  } finally {
    answered.removeAttribute("aria-busy");
  }
  answered.replaceChildren(shown);
}

// A link to an operation opens it.
function unfold() {
  const operation = document.getElementById(location.hash.slice(1));
  if (operation?.matches("details")) operation.open = true;
}
addEventListener("hashchange", unfold);
unfold();
head();
