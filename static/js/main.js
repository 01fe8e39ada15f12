// The home page: paths over the surface, loss, playback, read-out.

import { ask } from "./api.js";
import { drawChart } from "./chart.js";
import { Form } from "./form.js";
import { Page, pick, together } from "./page.js";
import { Player } from "./player.js";
import { plotly } from "./plotly.js";
import { Readout } from "./readout.js";
import { Share } from "./share.js";
import { Stage } from "./stage.js";
import { offer } from "./take.js";
import { theme } from "./theme.js";

const byId = (id) => document.getElementById(id);
const main = document.querySelector("main");
const DATA = main.dataset.ground.split(" "); // what the surface depends on

const form = new Form(byId("form"), (live) => page.changed(live));
const page = new Page(form, load, show);
const stage = new Stage(
  { plane: byId("plane"), surface: byId("surface-figure"), paths: byId("paths-figure"), handle: byId("start-handle") },
  (start, live) => {
    form.set({ start });
    page.changed(live);
  },
);
const player = new Player(
  { play: byId("play"), update: byId("one-update"), epoch: byId("one-epoch"), scrub: byId("scrub"), speed: byId("speed") },
  ({ moment, counts, ended }) => {
    stage.cut(counts, ended);
    readout.show(counts);
    if (lossFigure.layout) {
      const line = { type: "line", x0: moment, x1: moment, y0: 0, y1: 1, yref: "paper", line: { width: 1, dash: "dot", color: lossFigure.layout.font.color } };
      const shapes = ended || (moment === 0 && lossFigure.layout.xaxis.type === "log") ? [] : [line];
      if (shapes.length || lossFigure.layout.shapes?.length) Plotly.relayout(lossFigure, { shapes });
    }
  },
);
const readout = new Readout(byId("readout"), (run) => player.follow(run));
const lossFigure = byId("loss-figure");
const surfaces = new Map(); // the last surface figure, by its query

async function load(live, signal) {
  const get = (resource, params) => ask(main.dataset.api, resource, params, signal);
  const run = form.params("run");
  const look = form.params("look");
  if (live) run.set("max_points", main.dataset.livePoints);
  const ground = pick(run, DATA);
  const view = look.get("view");
  const unit = look.get("axis");
  const with_ = (more) => pick(run, [...run.keys()], more);
  const surfaceQuery = pick(ground, DATA, { theme: theme(), view }).toString();
  const losses = with_({ theme: theme(), axis: unit });
  // Of several problems that of the paths comes first: it speaks of the form's own parameters.
  const [paths, surface, over, loss, facts] = await together([
    get("paths", with_({ replica: "0" })),
    surfaces.get(surfaceQuery) ?? get("figures/surface", surfaceQuery),
    get("figures/paths", with_({ theme: theme(), view, background: "false" })),
    get("figures/loss", losses),
    get(`surfaces/${encodeURIComponent(run.get("surface") ?? byId("surface").value)}`, pick(ground, DATA.filter((name) => name !== "surface"))),
  ]);
  surfaces.clear();
  surfaces.set(surfaceQuery, surface);
  return { paths, surface, over, loss, facts, unit: unit ?? checked("axis"), drawn: { paths: with_({ theme: theme(), view }), loss: losses } };
}

const checked = (name) => document.querySelector(`input[name=${name}]:checked`).value;

async function show({ paths, surface, over, loss, facts, unit, drawn }) {
  form.describe(facts);
  form.resolved(paths.request);
  byId("words").textContent = paths.summary;
  await stage.draw(surface, over);
  form.batchSizes.colours(new Map(paths.paths.map(({ batch_size }, run) => [batch_size, stage.colours[run]])));
  await plotly();
  await drawChart(lossFigure, loss);
  readout.load(paths.paths, stage.colours, paths.request.examples, player.followed);
  player.load(paths.paths, unit);
  for (const [name, query] of Object.entries(drawn)) offer(document.querySelector(`[data-figure=${name}]`), main.dataset.api, name, query);
  main.dataset.drawn = Number(main.dataset.drawn ?? 0) + 1;
}

const embeddable = { paths: ["view"], loss: ["axis"] }; // what each takes of the page's looks
new Share(form, (figure) => new URLSearchParams([...form.params("run"), ...pick(form.params("look"), embeddable[figure])]));
page.start();
