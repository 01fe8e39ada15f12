// An operation that is opened shows an answer: a short query's, its lists cut.

import { address, sent } from "./docs_request.js";
import { put, say } from "./words.js";

const INNERMOST = /\[\s+([^[\]{}]*?)\s+\]/g; // lists of numbers and texts, which a line holds

export function exemplify(main) {
  const shown = { ...JSON.parse(main.dataset.shown), more: main.dataset.more };
  // The event does not bubble.
  main.addEventListener("toggle", ({ target }) => {
    const example = target.querySelector(":scope > .example") ?? target;
    if (!target.open || !example.matches(".operation[open] > .example") || "asked" in example.dataset) return;
    example.open = true;
    fill(example, shown);
  }, true);
}

async function fill(example, shown) {
  example.dataset.asked = "";
  const form = example.closest(".operation").querySelector("form");
  const url = new URL(address(form));
  const options = sent(form, { example: true });
  url.search = example.dataset.example;
  Object.assign(example.querySelector("[data-source]"), "body" in options ? { textContent: url } : { href: url, textContent: url });
  const place = example.querySelector("pre");
  try {
    const reply = await fetch(url, options);
    const said = /json/.test(reply.headers.get("Content-Type") ?? "") ? short(await reply.json(), shown) : await reply.text();
    place.textContent = said.slice(0, shown.example) + (said.length > shown.example ? "…" : "");
  } catch {
    delete example.dataset.asked; // another try may do better
    place.textContent = say("unreachable");
  }
}

function short(answer, { list, text, fields, more }) {
  const cut = (value) => {
    if (typeof value === "string") return value.length > text ? `${value.slice(0, text)}…` : value;
    if (Array.isArray(value)) {
      const count = value.length - list;
      return count > 1 ? [...value.slice(0, list).map(cut), `… ${put(more, { count })}`] : value.map(cut);
    }
    if (!value || typeof value !== "object") return value;
    const inside = Object.entries(value).map(([name, one]) => [name, cut(one)]);
    if (inside.length > fields) inside.splice(list, inside.length, ["…", put(more, { count: inside.length - list })]);
    return Object.fromEntries(inside);
  };
  return JSON.stringify(cut(answer), null, 2).replace(INNERMOST, (_, inside) => `[${inside.replace(/\s*\n\s*/g, " ")}]`);
}
