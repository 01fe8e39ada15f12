// The home page: form -> URL -> server -> pictures. It keeps the last answer and the playhead.

import { Problem, ask } from "./api.js";
import { Form } from "./form.js";
import { Player } from "./player.js";
import { Readout } from "./readout.js";
import { Stage } from "./stage.js";

const byId = (id) => document.getElementById(id);
const main = document.querySelector("main");
const dark = matchMedia("(prefers-color-scheme: dark)");
const DATA = main.dataset.ground.split(" "); // what the surface depends on
const BUSY_AFTER_MS = 300;

const form = new Form(byId("form"), (live) => changed(live));
const stage = new Stage(
  { plane: byId("plane"), surface: byId("surface-figure"), paths: byId("paths-figure"), handle: byId("start-handle") },
  (start, live) => {
    form.set({ start });
    changed(live);
  },
);
const player = new Player(
  { play: byId("play"), update: byId("one-update"), epoch: byId("one-epoch"), scrub: byId("scrub"), speed: byId("speed") },
  ({ moment, counts, ended }) => {
    stage.cut(counts, ended);
    readout.show(counts);
    if (lossFigure.layout) {
      const line = { type: "line", x0: moment, x1: moment, y0: 0, y1: 1, yref: "paper", line: { width: 1, dash: "dot", color: lossFigure.layout.font.color } };
      Plotly.relayout(lossFigure, { shapes: ended || (moment === 0 && lossFigure.layout.xaxis.type === "log") ? [] : [line] });
    }
  },
);
const readout = new Readout(byId("readout"), (run) => player.follow(run));
const lossFigure = byId("loss-figure");
const surfaces = new Map(); // the last surface figures, by their query

let controller = new AbortController();
let liveBusy = false;
let liveAgain = false;

function changed(live) {
  if (!live) {
    const query = form.params("run", "look").toString();
    const now = new URLSearchParams(location.search).toString();
    if (query !== now) history.pushState(null, "", query ? `?${query}` : location.pathname);
    refresh(false);
  } else if (liveBusy) liveAgain = true;
  else refreshLive();
}

// While dragging, one request is under way at a time and the newest start goes next.
async function refreshLive() {
  liveBusy = true;
  do {
    liveAgain = false;
    await refresh(true);
  } while (liveAgain);
  liveBusy = false;
}

async function refresh(live) {
  if (!live) liveAgain = false; // what is asked now is newer
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const busy = setTimeout(() => (byId("busy").hidden = false), BUSY_AFTER_MS);
  try {
    const answer = await load(live, signal);
    if (!signal.aborted) await show(answer);
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  } finally {
    clearTimeout(busy);
    if (!signal.aborted) byId("busy").hidden = true;
  }
}

async function load(live, signal) {
  const get = (resource, params) => ask(main.dataset.api, resource, params, signal);
  const run = form.params("run");
  const look = form.params("look");
  const theme = dark.matches ? "dark" : "light";
  if (live) run.set("max_points", main.dataset.livePoints);
  const ground = new URLSearchParams([...run].filter(([name]) => DATA.includes(name)));
  const with_ = (base, more) => new URLSearchParams([...base, ...Object.entries(more).filter(([, value]) => value)]);
  const view = look.get("view");
  const unit = look.get("axis");
  const surfaceQuery = with_(ground, { theme, view }).toString();
  const about = new URLSearchParams([...ground].filter(([name]) => name !== "surface"));
  const replies = await Promise.allSettled([
    get("paths", with_(run, { replica: "0" })),
    surfaces.get(surfaceQuery) ?? get("figures/surface", surfaceQuery),
    get("figures/paths", with_(run, { theme, view, background: "false" })),
    get("figures/loss", with_(run, { theme, axis: unit })),
    get(`surfaces/${encodeURIComponent(run.get("surface") ?? byId("surface").value)}`, about),
  ]);
  // Of several problems that of the paths comes first: it speaks of the form's own parameters.
  const failed = replies.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  const [paths, surface, over, loss, facts] = replies.map(({ value }) => value);
  surfaces.clear();
  surfaces.set(surfaceQuery, surface);
  return { paths, surface, over, loss, facts, unit: unit ?? checked("axis") };
}

const checked = (name) => document.querySelector(`input[name=${name}]:checked`).value;

async function show({ paths, surface, over, loss, facts, unit }) {
  form.showErrors([]);
  byId("problem").hidden = true;
  byId("teaches").textContent = facts.description;
  document.querySelectorAll("[data-parameter]").forEach((label, i) => (label.textContent = facts.parameters[i]));
  form.resolved(paths.request);
  await stage.draw(surface, over);
  form.batchSizes.colours(new Map(paths.paths.map(({ batch_size }, run) => [batch_size, stage.colours[run]])));
  await Plotly.react(lossFigure, loss.data, loss.layout, { displayModeBar: false, responsive: true });
  readout.load(paths.paths, stage.colours, paths.request.examples, player.followed);
  player.load(paths.paths, unit);
  byId("words").textContent = paths.summary;
  main.dataset.drawn = Number(main.dataset.drawn ?? 0) + 1;
}

// The last good picture stays.
function complain(error) {
  const errors = error instanceof Problem ? error.errors : [];
  form.showErrors(errors);
  const beside = errors.every(({ parameter }) => document.querySelector(`[data-error-for="${parameter}"]`));
  byId("problem").hidden = errors.length > 0 && beside;
  byId("problem").textContent = error instanceof Problem ? error.message : "The server cannot be reached. The picture is the last one it gave.";
}

function fromAddress() {
  const unknown = form.fill(new URLSearchParams(location.search));
  refresh(false);
  if (unknown.length) console.warn(`Not parameters of this page: ${unknown.join(", ")}`);
}

document.querySelector("[data-restart]").addEventListener("click", () => {
  form.fill(new URLSearchParams());
  changed(false);
});
addEventListener("popstate", fromAddress);
dark.addEventListener("change", () => refresh(false));
fromAddress();
