// One figure, alone in another page's frame.

import { ask } from "./api.js";
import { writeCaption } from "./caption.js";
import { drawChart } from "./chart.js";
import { countDrawn } from "./elements.js";
import { Runs } from "./embed_runs.js";
import { plotly } from "./plotly.js";
import { theme } from "./theme.js";
import { say } from "./words.js";

const main = document.querySelector("main");
const plot = main.querySelector("[role=img]");
const caption = main.querySelector("figcaption");
const made = main.querySelector(".made");
const error = main.querySelector(".error");
const runs = "runs" in main.dataset ? new Runs(main, plot) : undefined;

async function draw() {
  const params = new URLSearchParams(location.search);
  if (!params.has("theme")) params.set("theme", theme());
  document.documentElement.style.colorScheme = params.get("theme");
  try {
    const layout = await (runs ?? { draw: drawAlone }).draw(params, params.get("theme"));
    writeCaption(caption, layout.meta);
    made.textContent = layout.meta.parameters;
    error.hidden = true;
    countDrawn(main);
  } catch ({ message }) {
    error.hidden = false;
    error.textContent = message || say("unreachable");
  }
}

async function drawAlone(params, colours) {
  params.set("legend", "true");
  const figure = await ask(main.dataset.api, `figures/${main.dataset.figure}`, params);
  await plotly();
  await drawChart(plot, figure, colours);
  return figure.layout;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
draw();
