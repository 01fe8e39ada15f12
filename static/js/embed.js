// One figure, alone in another page's frame.

import { ask } from "./api.js";
import { writeCaption } from "./caption.js";
import { drawChart } from "./chart.js";
import { countDrawn } from "./elements.js";
import { plotly } from "./plotly.js";
import { theme } from "./theme.js";
import { say } from "./words.js";

const main = document.querySelector("main");
const plot = main.querySelector(".figure");
const caption = main.querySelector("figcaption");
const made = main.querySelector(".made");
const error = main.querySelector(".error");

async function draw() {
  const params = new URLSearchParams(location.search);
  if (!params.has("theme")) params.set("theme", theme());
  params.set("legend", "true");
  document.documentElement.style.colorScheme = params.get("theme");
  try {
    const { data, layout } = await ask(main.dataset.api, `figures/${main.dataset.figure}`, params);
    // The plot fills what these leave.
    writeCaption(caption, layout.meta);
    made.textContent = layout.meta.parameters;
    await plotly();
    await drawChart(plot, { data, layout }, params.get("theme"));
    error.hidden = true;
    countDrawn(main);
  } catch ({ message }) {
    error.hidden = false;
    error.textContent = message || say("unreachable");
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
draw();
