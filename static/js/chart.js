// How every chart is drawn and held. Under a finger and under a wheel the page scrolls; a chart takes
// them only while its button is pressed. A mouse that is dragged over a chart means to zoom it.

import { say } from "./words.js";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: true, showTips: false };
const SCROLLS = ["touchstart", "touchmove", "wheel"]; // what moves a page, if nobody else takes it
const charts = new WeakMap(); // of an element: its buttons, and the ranges that its axes start from

// Draws a figure; Plotly is there. A user's zoom survives while `uirevision` stays the same.
export async function drawChart(plot, { data, layout }, config = {}) {
  const chart = charts.get(plot) ?? hold(plot);
  const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
  chart.ranges = new Map(axes.filter((name) => !layout[name].fixedrange).map((name) => [name, layout[name].range && [...layout[name].range]]));
  await Plotly.react(plot, data, layout, { ...CONFIG, ...config });
  if (!chart.heard) plot.on("plotly_relayout", () => update(plot, chart));
  chart.heard = true;
  update(plot, chart);
}

function hold(plot) {
  const [take, whole] = ["zoom", "whole"].map((name) =>
    Object.assign(document.createElement("button"), { type: "button", className: name, textContent: say(name), hidden: true }));
  const place = Object.assign(document.createElement("div"), { className: "hold" });
  place.append(whole, take);
  plot.after(place);
  const chart = { take, whole, ranges: new Map() };
  charts.set(plot, chart);
  const press = (pressed) => take.setAttribute("aria-pressed", pressed);
  press(false);
  take.addEventListener("click", () => press(!taken(chart)));
  whole.addEventListener("click", () => Plotly.relayout(plot, Object.fromEntries([...chart.ranges].map(([name, range]) =>
    range ? [`${name}.range`, [...range]] : [`${name}.autorange`, true]))));
  for (const type of SCROLLS) {
    plot.addEventListener(type, (event) => taken(chart) || event.stopPropagation(), { capture: true, passive: true });
  }
  return chart;
}

const taken = ({ take }) => !take.hidden && take.getAttribute("aria-pressed") === "true";

function update({ layout }, { take, whole, ranges }) {
  const deep = Boolean(layout.scene);
  take.hidden = !deep && ranges.size === 0;
  take.textContent = say(deep ? "turn" : "zoom");
  take.classList.toggle("deep", deep);
  const zoomed = ([name, range]) => range ? layout[name].range.some((end, i) => end !== range[i]) : layout[name].autorange === false;
  whole.hidden = deep || ![...ranges].some(zoomed);
}
