// The home page: paths over the surface, loss, playback, cards.

import { ask } from "./api.js";
import { Cards } from "./cards.js";
import { drawChart } from "./chart.js";
import { byId, countDrawn } from "./elements.js";
import { fillPoints } from "./filling.js";
import { Form } from "./form.js";
import { Hover } from "./hover.js";
import { Moment } from "./moment.js";
import { Page, pick, together } from "./page.js";
import { Player } from "./player.js";
import { plotly } from "./plotly.js";
import { Preview } from "./preview.js";
import { printable } from "./print.js";
import { Rule } from "./rule.js";
import { Share } from "./share.js";
import { Stage } from "./stage.js";
import { Stories } from "./stories.js";
import { offer } from "./take.js";
import { legend, size, theme } from "./theme.js";

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
  (part) => ask(main.dataset.api, "figures/surface", new URLSearchParams([...new URLSearchParams([...surfaces.keys()][0]), ["part", part]]), page.controller.signal),
);
const preview = new Preview(byId("plane"), byId("paths-figure"), byId("preview-note"));
stage.onLook = () => preview.again();
const player = new Player(
  { play: byId("play"), update: byId("one-update"), epoch: byId("one-epoch"), scrub: byId("scrub"), speed: byId("speed") },
  ({ moment, counts, ended, peeked }) => {
    const picture = preview.on ? preview : stage;
    if (peeked) picture.mark(counts);
    else picture.cut(counts, ended);
    cards.show(counts);
    const run = player.followed;
    if (!peeked && !shown.live) update.show(shown.paths.paths[run], counts[run], page.controller.signal, Boolean(player.timer) && !ended);
    if (lossFigure.layout && !shown.live) {
      const line = { type: "line", x0: moment, x1: moment, y0: 0, y1: 1, yref: "paper", line: { width: 1, dash: "dot", color: lossFigure.layout.font.color } };
      const shapes = ended || (moment === 0 && lossFigure.layout.xaxis.type === "log") ? [] : [line];
      if (shapes.length || lossFigure.layout.shapes?.length) Plotly.relayout(lossFigure, { shapes });
    }
  },
  fill,
);
const stories = new Stories(byId("stories"), (params) => {
  const looks = [...form.params("look")].filter(([name]) => !params.has(name));
  form.fill(new URLSearchParams([...params, ...looks]));
  page.changed(false);
});
const cards = new Cards(byId("cards"), byId("card"), (run) => player.follow(run));
const hover = new Hover((moment) => player.peek(moment), () => player.peek());
const update = new Moment(byId("moment"), byId("moment-note"), main.dataset.api, (size, number, names) => shown.moment(size, number, names));
const rule = new Rule(byId("rule"));
const lossFigure = byId("loss-figure");
const surfaces = new Map(); // the last surface figure, by its query
let newest; // the last answer
let shown; // the last one that is drawn

async function load(live, signal) {
  const get = (resource, params) => ask(main.dataset.api, resource, params, signal);
  const run = form.params("run");
  const look = form.params("look");
  if (live) run.set("max_points", main.dataset.livePoints);
  const ground = pick(run, DATA);
  const colours = theme();
  const large = size();
  const view = look.get("view");
  const unit = look.get("axis");
  const with_ = (more) => pick(run, [...run.keys()], more);
  const surfaceQuery = pick(ground, DATA, { theme: colours, size: large, view }).toString();
  const runs = run.getAll("batch_size").toString();
  if (live && stage.flat && surfaces.has(surfaceQuery) && shown?.runs === runs) {
    const paths = await get("paths", [...pick(run, [...run.keys()].filter((name) => name !== "replicas")), ["replicas", 1], ["replica", 0]]);
    return { preview: true, paths, replicas: Number(run.get("replicas") ?? 1) };
  }
  const losses = with_({ theme: colours, size: large, legend: legend(), axis: unit });
  // Of several problems that of the paths comes first: it speaks of the form's own parameters.
  const [paths, surface, over, loss, facts, formulas] = await together([
    get("paths", with_({ replica: "0" })),
    surfaces.get(surfaceQuery) ?? get("figures/surface", surfaceQuery),
    get("figures/paths", with_({ theme: colours, size: large, view, background: "false" })),
    get("figures/loss", losses),
    get(`surfaces/${encodeURIComponent(run.get("surface") ?? byId("surface").value)}`, pick(ground, DATA.filter((name) => name !== "surface"))),
    live ? undefined : get("rule", run),
  ]);
  surfaces.clear();
  surfaces.set(surfaceQuery, surface);
  // Every update of one of these runs from a certain one on, as facts and as drawn.
  const others = [...run.keys()].filter((name) => !["batch_size", "max_points"].includes(name));
  const around = (batch_size, update) => together([
    ask(main.dataset.api, "moment", pick(run, others, { batch_size, update, count: main.dataset.moments }), page.controller.signal),
    ask(main.dataset.api, "figures/paths", pick(run, others, { batch_size, window: update, theme: colours, size: large, view, background: "false" }), page.controller.signal),
  ]);
  const moment = (batch_size, number, names) => pick(pick(run, others, { batch_size, update: number }), names);
  return { live, runs, paths, surface, over, loss, facts, formulas, around, moment, colours, unit: unit ?? checked("axis"), drawn: { paths: with_({ theme: colours, size: large, view }), loss: losses } };
}

// Adds to a thinned path an update and those after it; tells whether it could.
async function fill(run, update) {
  const { paths, around } = shown;
  if (preview.on) return false; // the whole picture will have it
  const { batch_size: size, points } = paths.paths[run];
  try {
    const [{ moments }, { data }] = await around(size, update);
    if (newest.paths !== paths) return false;
    const [from, to] = fillPoints(points, moments, update);
    stage.fill(run, from, to, data.find(({ meta }) => meta.role === "path"));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") page.complain(error);
    return false;
  }
}

const checked = (name) => document.querySelector(`input[name=${name}]:checked`).value;

// While something moves: one answer's numbers, drawn over the figure and told by the cards. What comes
// of other answers says that it is of the last picture.
function sketch({ paths, replicas }) {
  stage.veil();
  newest = shown = { ...shown, paths, live: true };
  main.classList.add("moving");
  preview.load(paths, replicas, stage.colours, stage.names);
  byId("words").textContent = paths.summary;
  stories.show(paths.story);
  explainMarks(shown.surface.data, paths.paths);
  player.load(paths.paths, shown.unit, (followed) => cards.load(paths.paths, stage.names, stage.colours, followed));
  countDrawn(main);
}

async function show(answer) {
  if (answer.preview) return sketch(answer);
  const { paths, surface, over, loss, facts, formulas, colours, unit, drawn } = answer;
  newest = answer;
  form.describe(facts);
  form.resolved(paths.request);
  byId("words").textContent = paths.summary;
  stories.show(paths.story);
  await stage.draw(surface, over, colours);
  if (newest !== answer) return; // another one has come meanwhile
  if (formulas) rule.show(formulas, stage.colours);
  preview.clear();
  form.batchSizes.colours(new Map(paths.paths.map(({ batch_size }, run) => [batch_size, stage.colours[run]])));
  await plotly();
  if (newest !== answer) return;
  await drawChart(lossFigure, loss, colours);
  for (const [id, { meta }] of [["paths-note", over.layout], ["loss-note", loss.layout]]) byId(id).textContent = meta.note;
  if (newest !== answer) return;
  shown = answer;
  main.classList.remove("moving");
  explainMarks(surface.data, paths.paths);
  player.load(paths.paths, unit, (followed) => cards.load(paths.paths, stage.names, stage.colours, followed));
  hover.listen(lossFigure, ({ x }) => x);
  hover.listen(stage.paths, ({ data: { meta }, customdata }) => meta?.role === "path" ? player.at(meta.run, customdata[0]) : undefined);
  for (const [name, query] of Object.entries(drawn)) {
    offer(document.querySelector(`[data-figure=${name}]`), main.dataset.api, name, query, { paths: over, loss }[name].layout.meta.parameters);
  }
  countDrawn(main);
}

// Of the marks in the picture only those that are there.
function explainMarks(ground, paths) {
  const there = { minima: ground.some(({ meta }) => meta?.role === "minima"), diverged: paths.some(({ diverged }) => diverged) };
  for (const item of byId("marks").querySelectorAll("[data-mark]")) item.hidden = !there[item.dataset.mark];
}

const embeddable = { paths: ["view"], loss: ["axis"] }; // what each takes of the page's looks
new Share(form, (figure) => new URLSearchParams([...form.params("run"), ...pick(form.params("look"), embeddable[figure])]));
printable(main, async () => {
  await page.refresh(false);
  await update.all();
});
page.start();
