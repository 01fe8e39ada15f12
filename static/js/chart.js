// How every chart is drawn and held. Under a finger and under a wheel the page scrolls; a chart takes
// them only while its button is pressed. A mouse that is dragged over a chart means to zoom it.

import { make } from "./elements.js";
import { say } from "./words.js";

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: true, showTips: false, doubleClick: false };
const SCROLLS = ["touchstart", "touchmove", "wheel"]; // what moves a page, if nobody else takes it
const SMALLEST = 8; // pixels of an axis' title
const charts = new WeakMap(); // of an element: its buttons, and the ranges and titles that its axes start from

// Draws a figure that was made in these colours, "light" or "dark"; Plotly must have been loaded. A zoom
// lasts for as long as the axes measure the same: Plotly alone would forget it where a figure states a
// range of its own. It follows the size of its place, unless the caller does.
export async function drawChart(plot, { data, layout }, colours, { follows = true } = {}) {
  const chart = charts.get(plot) ?? hold(plot);
  const kept = plot.layout?.uirevision === layout.uirevision ? zoomed(plot, chart) : [];
  const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
  const free = axes.filter((name) => !layout[name].fixedrange);
  chart.ranges = new Map(free.map((name) => [name, layout[name].range && [...layout[name].range]]));
  chart.titles = new Map(axes.filter((name) => name[0] === "y").map((name) => [name, layout[name].title?.font?.size]));
  for (const name of kept) layout[name] = { ...layout[name], range: plot.layout[name].range, autorange: false };
  plot.dataset.colours = colours;
  await Plotly.react(plot, data, layout, CONFIG);
  // Of two axes that share a scale, Plotly may hold one to the wider range of an earlier figure.
  const held = zoomed(plot, chart).filter((name) => !kept.includes(name) && chart.ranges.get(name));
  if (held.length) await Plotly.relayout(plot, Object.fromEntries(held.map((name) => [`${name}.range`, [...chart.ranges.get(name)]])));
  if (!chart.heard) {
    // Plotly would follow the window alone, and a chart whose rows change has another height in the same one.
    if (follows) new ResizeObserver(() => fit(plot)).observe(plot);
    plot.on("plotly_relayout", () => update(plot, chart));
    plot.on("plotly_doubleclick", () => showAll(plot, chart));
  }
  chart.heard = true;
  await shorten(plot, chart);
  update(plot, chart);
}

// A chart has the size of its place, but for what the place has been given since.
async function fit(plot) {
  const { width, height } = plot._fullLayout;
  const off = (drawn, room) => room && Math.abs(drawn - room) > 1;
  if (!off(width, plot.clientWidth) && !off(height, plot.clientHeight)) return;
  await Plotly.Plots.resize(plot);
  await shorten(plot, charts.get(plot));
}

// A vertical axis' title that is longer than its chart is high, about its own middle, is set smaller.
async function shorten(plot, { titles }) {
  const { top, bottom } = plot.getBoundingClientRect();
  const sizes = {};
  for (const [name, size] of titles) {
    const box = size && plot.querySelector(`.${name.replace("axis", "")}title`)?.getBoundingClientRect();
    if (!box?.height) continue;
    const drawn = plot.layout[name].title.font.size;
    const middle = (box.top + box.bottom) / 2;
    const room = 2 * Math.min(middle - top, bottom - middle);
    const fitting = Math.max(Math.min(size, Math.floor((drawn * room) / box.height)), SMALLEST);
    if (fitting !== drawn) sizes[`${name}.title.font.size`] = fitting;
  }
  if (Object.keys(sizes).length) await Plotly.relayout(plot, sizes);
}

// The names of the axes that are zoomed: they show another range than they started from.
function zoomed({ layout }, { ranges }) {
  const shows = (name, range) => range ? (layout[name].range ?? range).every((end, i) => end === range[i]) : layout[name].autorange !== false;
  return [...ranges].filter(([name, range]) => !shows(name, range)).map(([name]) => name);
}

function showAll(plot, { ranges }) {
  const all = [...ranges].map(([name, range]) => range ? [`${name}.range`, [...range]] : [`${name}.autorange`, true]);
  return Plotly.relayout(plot, Object.fromEntries(all));
}

function hold(plot) {
  const [take, whole] = ["zoom", "whole"].map((name) =>
    make("button", { type: "button", className: name, textContent: say(name), hidden: true }));
  const place = make("div", { className: "hold" });
  place.append(whole, take);
  plot.after(place);
  const chart = { take, whole, ranges: new Map(), titles: new Map() };
  charts.set(plot, chart);
  const press = (pressed) => take.setAttribute("aria-pressed", pressed);
  press(false);
  take.addEventListener("click", () => press(!taken(chart)));
  whole.addEventListener("click", () => showAll(plot, chart));
  for (const type of SCROLLS) {
    plot.addEventListener(type, (event) => taken(chart) || event.stopPropagation(), { capture: true, passive: true });
  }
  return chart;
}

const taken = ({ take }) => !take.hidden && take.getAttribute("aria-pressed") === "true";

function update(plot, chart) {
  const { take, whole, ranges } = chart;
  const deep = Boolean(plot.layout.scene);
  take.hidden = !deep && ranges.size === 0;
  take.textContent = say(deep ? "turn" : "zoom");
  take.classList.toggle("deep", deep);
  whole.hidden = zoomed(plot, chart).length === 0;
}
