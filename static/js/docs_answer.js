// What the server answered: what else would ask for it, its text, and its figure if it is one.

import { drawChart } from "./chart.js";
import { plotly } from "./plotly.js";
import { say } from "./words.js";

const main = document.getElementById("main");
const { answer: most } = JSON.parse(main.dataset.shown);

export async function show(place, url, options) {
  const shown = main.querySelector("template").content.cloneNode(true);
  const part = (name) => shown.querySelector(`[data-${name}]`);
  const sends = "body" in options;
  Object.assign(part("url"), sends ? { textContent: url } : { href: url, textContent: url });
  for (const each of shown.querySelectorAll("[data-address]")) each.textContent = each.dataset.address.replace("URL", () => url);
  let kind = "text";
  let figure;
  try {
    const reply = await fetch(url, options);
    const type = reply.headers.get("Content-Type") ?? "";
    let text = await reply.text();
    if (/json/.test(type)) {
      const said = JSON.parse(text);
      text = JSON.stringify(said, null, 2);
      figure = said.layout && said;
      kind = figure ? "figure" : "json";
    }
    part("status").textContent = `${reply.status} ${type}`;
    part("body").textContent = text.slice(0, most);
    part("more").hidden = text.length <= most;
  } catch (error) {
    if (error.name === "AbortError") return;
    part("status").textContent = say("unreachable");
    part("body").remove();
  }
  for (const each of shown.querySelectorAll("[data-address]")) {
    const { of = kind } = each.dataset;
    if (of !== kind || "sends" in each.dataset !== sends) each.parentElement.remove();
  }
  const panel = part("drawable");
  if (!figure) panel.remove();
  place.replaceChildren(shown);
  if (figure) await draw(panel, figure);
}

async function draw(panel, { data, layout }) {
  const caption = panel.querySelector("figcaption");
  caption.textContent = layout.meta.caption;
  try {
    await plotly();
  } catch ({ message }) {
    caption.textContent = message;
    return;
  }
  if (!panel.isConnected) return; // another answer has come
  await drawChart(panel.querySelector(".figure"), { data, layout });
  panel.dataset.drawn = "";
}
