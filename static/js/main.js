// The home page: paths over the surface, loss, playback, cards.

import { ask } from "./api.js";
import { countUpTo } from "./arrays.js";
import { Cards } from "./cards.js";
import { drawChart } from "./chart.js";
import { Course } from "./course.js";
import { byId, countDrawn } from "./elements.js";
import { playOnce } from "./first_visit.js";
import { Form } from "./form.js";
import { Hover } from "./hover.js";
import { listen } from "./keys.js";
import { Moment } from "./moment.js";
import { Motion } from "./motion.js";
import { pace } from "./pace.js";
import { Page, pick, together } from "./page.js";
import { Player } from "./player.js";
import { plotly } from "./plotly.js";
import { printable } from "./print.js";
import { Recording } from "./recording.js";
import { Share } from "./share.js";
import { Stage } from "./stage.js";
import { Stories } from "./stories.js";
import { offer } from "./take.js";
import { legend, theme } from "./theme.js";

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
  Number(main.dataset.moments),
  { onMoment, onMissing: fill, onPace: pace(byId("pace")) },
);
const stories = new Stories(byId("stories"), (params) => {
  const looks = [...form.params("look")].filter(([name]) => !params.has(name));
  form.fill(new URLSearchParams([...params, ...looks]));
  page.changed(false);
});
const cards = new Cards(byId("cards"), byId("card"), (run) => player.follow(run));
const hover = new Hover((moment) => player.peek(moment), () => player.peek());
const update = new Moment(byId("moment"), byId("moment-note"), main.dataset.api, (size, number, names) => shown.moment(size, number, names));
const lossFigure = byId("loss-figure");
const motion = new Motion(stage, lossFigure);
const surfaces = new Map(); // the last surface figure, by its query
let played; // or not: it has been seen to
let newest; // the last answer
let shown; // the last one that is drawn

function onMoment({ moment, counts, places, ended, peeked, now }) {
  if (peeked) stage.mark(counts);
  else if (now) motion.draw(player.course, { counts, places, moment, now });
  else {
    stage.cut(counts, ended);
    motion.rest();
  }
  cards.show(counts, now);
  const run = player.followed;
  if (!peeked && !shown.live) update.show(shown.paths.paths[run], counts[run], page.controller.signal, Boolean(now));
  if (!now && lossFigure.layout) {
    const line = { type: "line", x0: moment, x1: moment, y0: 0, y1: 1, yref: "paper", line: { width: 1, dash: "dot", color: lossFigure.layout.font.color } };
    const shapes = ended || (moment === 0 && lossFigure.layout.xaxis.type === "log") ? [] : [line];
    if (shapes.length || lossFigure.layout.shapes?.length) Plotly.relayout(lossFigure, { shapes });
  }
}

async function load(live, signal) {
  const get = (resource, params) => ask(main.dataset.api, resource, params, signal);
  const run = form.params("run");
  const look = form.params("look");
  if (live) run.set("max_points", main.dataset.livePoints);
  const ground = pick(run, DATA);
  const colours = theme();
  const view = look.get("view");
  const unit = look.get("axis");
  const with_ = (more) => pick(run, [...run.keys()], more);
  const surfaceQuery = pick(ground, DATA, { theme: colours, view }).toString();
  const losses = with_({ theme: colours, legend: legend(), axis: unit });
  // Of several problems that of the paths comes first: it speaks of the form's own parameters.
  const [paths, surface, over, loss, facts] = await together([
    get("paths", with_({ replica: "0" })),
    surfaces.get(surfaceQuery) ?? get("figures/surface", surfaceQuery),
    get("figures/paths", with_({ theme: colours, view, background: "false" })),
    get("figures/loss", losses),
    get(`surfaces/${encodeURIComponent(run.get("surface") ?? byId("surface").value)}`, pick(ground, DATA.filter((name) => name !== "surface"))),
  ]);
  surfaces.clear();
  surfaces.set(surfaceQuery, surface);
  // Every update of one of these runs from a certain one on, as facts and as drawn.
  const others = [...run.keys()].filter((name) => !["batch_size", "max_points"].includes(name));
  const around = (batch_size, update) => together([
    ask(main.dataset.api, "moment", pick(run, others, { batch_size, update, count: main.dataset.moments }), page.controller.signal),
    ask(main.dataset.api, "figures/paths", pick(run, others, { batch_size, window: update, theme: colours, view, background: "false" }), page.controller.signal),
  ]);
  const moment = (batch_size, number, names) => pick(pick(run, others, { batch_size, update: number }), names);
  return { live, paths, surface, over, loss, facts, around, moment, colours, unit: unit ?? checked("axis"), drawn: { paths: with_({ theme: colours, view }), loss: losses } };
}

// Places on an axis of the losses, whose start is 0 where it is logarithmic too.
const EVEN = { even: (moment) => moment, back: (place) => place };
const LOG = { even: Math.log1p, back: Math.expm1 };

const POINT = { // what a point of a path is, of the moment that ends there
  update: ({ update }) => update,
  epoch: ({ epochs_elapsed: epoch }) => epoch,
  examples_seen: ({ examples_seen: seen }) => seen,
  w0: ({ after: [w0] }) => w0,
  w1: ({ after: [, w1] }) => w1,
  loss: ({ loss_after: loss }) => loss,
  excess: ({ excess_after: excess }) => excess,
};

// Adds to a thinned path an update and those after it, or before it; tells whether it could.
async function fill(run, update, back) {
  const { paths, around } = shown;
  const { batch_size: size, points } = paths.paths[run];
  try {
    const first = back ? Math.max(1, update - main.dataset.moments + 1) : update;
    const [{ moments }, { data }] = await around(size, first);
    if (newest.paths !== paths) return false;
    const seen = moments.filter(({ diverged }) => !diverged);
    const [from, to] = [first - 1, seen.at(-1).update].map((limit) => countUpTo(points.update, limit));
    for (const [name, values] of Object.entries(points)) values.splice(from, to - from, ...seen.map(POINT[name]));
    stage.fill(run, from, to, data.find(({ meta }) => meta.role === "path"));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") page.complain(error);
    return false;
  }
}

const checked = (name) => document.querySelector(`input[name=${name}]:checked`).value;

async function show(answer) {
  const { paths, surface, over, loss, facts, colours, unit, drawn } = answer;
  newest = answer;
  form.describe(facts);
  form.resolved(paths.request);
  byId("words").textContent = paths.summary;
  stories.show(paths.story);
  await stage.draw(surface, over, colours);
  if (newest !== answer) return; // another one has come meanwhile
  form.batchSizes.colours(new Map(paths.paths.map(({ batch_size }, run) => [batch_size, stage.colours[run]])));
  await plotly();
  if (newest !== answer) return;
  await drawChart(lossFigure, loss, colours);
  for (const [id, { meta }] of [["paths-note", over.layout], ["loss-note", loss.layout]]) byId(id).textContent = meta.note;
  if (newest !== answer) return;
  shown = answer;
  explainMarks(surface.data, paths.paths);
  motion.renewed();
  const course = new Course(paths.paths, unit, loss.layout.xaxis.type === "log" ? LOG : EVEN);
  player.load(course, (followed) => cards.load(paths.paths, stage.names, stage.colours, followed));
  hover.listen(lossFigure, ({ x }) => x);
  hover.listen(stage.paths, ({ data: { meta }, customdata }) => meta?.role === "path" ? player.at(meta.run, customdata[0]) : undefined);
  for (const [name, query] of Object.entries(drawn)) {
    offer(document.querySelector(`[data-figure=${name}]`), main.dataset.api, name, query, { paths: over, loss }[name].layout.meta.parameters);
  }
  countDrawn(main);
  played ??= playOnce(player, byId("play")) ?? true;
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
new Recording(document.querySelector("[data-figure=paths]"), () => ({
  base: main.dataset.api,
  name: "paths",
  query: shown.drawn.paths,
  course: player.course,
  runs: stage.runs(shown.paths.paths),
  unit: document.querySelector("input[name=axis]:checked").parentElement.textContent.trim(),
  seconds: byId("speed").querySelector("[data-whole]").dataset.whole,
}));
listen([byId("plane"), byId("player")], byId("start-handle"), player);
page.start();
