// The home page: paths over the surface, loss, playback, cards.

import { unparted } from "./caption.js";
import { Cards } from "./cards.js";
import { drawChart } from "./chart.js";
import { Clicks } from "./clicks.js";
import { Coach } from "./coach.js";
import { leadTo } from "./compare_link.js";
import { Course } from "./course.js";
import { byId, countDrawn } from "./elements.js";
import { fillPoints } from "./filling.js";
import { playOnce } from "./first_visit.js";
import { Form } from "./form.js";
import { Hover } from "./hover.js";
import { listen } from "./keys.js";
import { Moment } from "./moment.js";
import { lineAt } from "./moment_line.js";
import { Motion } from "./motion.js";
import { pace } from "./pace.js";
import { Own } from "./own.js";
import { Page, pick } from "./page.js";
import { Player } from "./player.js";
import { plotly } from "./plotly.js";
import { Preview } from "./preview.js";
import { printable } from "./print.js";
import { Questions } from "./questions.js";
import { Recording } from "./recording.js";
import { Rule } from "./rule.js";
import { rulesOf, withRates } from "./runs.js";
import { Share } from "./share.js";
import { Stage } from "./stage.js";
import { Stories } from "./stories.js";
import { offer } from "./take.js";

const main = document.querySelector("main");

const form = new Form(byId("form"), (live) => page.changed(live));
const questions = new Questions(main, form);
const page = new Page(form, load, show);
new Clicks(
  document.querySelector("[data-clicks]"),
  new Own(form, main.dataset.api),
  () => shown?.paths.request.surface === "model",
);
const stage = new Stage(
  { plane: byId("plane"), surface: byId("surface-figure"), paths: byId("paths-figure"), handle: byId("start-handle") },
  (start, live) => {
    form.set({ start });
    page.changed(live);
  },
  (part) => questions.part(part, page.controller.signal),
);
const preview = new Preview(byId("plane"), byId("paths-figure"), byId("preview-note"));
stage.onLook = () => preview.again();
const player = new Player(
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
const update = new Moment(byId("moment"), byId("moment-note"), main.dataset.api);
const rule = new Rule(byId("rule"));
const lossFigure = byId("loss-figure");
const motion = new Motion(stage, lossFigure);
const coach = new Coach(byId("coach"), { main, plane: byId("plane"), play: byId("play"), batch: document.querySelector(".batch-sizes"), openers: document.querySelectorAll("[data-around]") });
let played; // or not: it has been seen to
let newest; // the last answer
let shown; // the last one that is drawn

function onMoment({ moment, counts, places, ended, peeked, now }) {
  const picture = preview.on ? preview : stage;
  if (peeked) picture.mark(counts);
  else if (now && !shown.preview) motion.draw(player.course, { counts, places, moment, now });
  else {
    picture.cut(counts, ended);
    if (!shown.preview) motion.rest();
  }
  cards.show(counts, now);
  if (shown.preview) return; // the rest follows at rest
  const run = player.followed;
  if (shown.paths.moment_refusal) update.refuse(shown.paths.moment_refusal);
  else if (!peeked) update.show(shown.moment, shown.paths.paths[run], counts[run], page.controller.signal, Boolean(now));
  if (!now && lossFigure.layout) lineAt(lossFigure, moment, ended);
}

function load(live, signal) {
  return questions.picture(live, signal, stage.flat && shown, sketch);
}

// Adds to a thinned path an update and those after it, or before it; tells whether it could.
async function fill(run, update, back) {
  const { paths, around } = shown;
  if (preview.on || paths.moment_refusal) return false; // the whole picture will have it, or nobody
  const { points } = paths.paths[run];
  try {
    const first = back ? Math.max(1, update - main.dataset.moments + 1) : update;
    const [{ moments }, { data }] = await around(run, first, page.controller.signal);
    if (newest.paths !== paths) return false;
    const [from, to] = fillPoints(points, moments, first);
    stage.fill(run, from, to, data.find(({ meta }) => meta.role === "path"));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") page.complain(error);
    return false;
  }
}

// While something moves: one answer's numbers, drawn over the figure and told by the cards. What comes
// of other answers says that it is of the last picture.
function sketch(answer) {
  const { paths, replicas, cut } = answer;
  if (player.playing) player.pause();
  stage.overtake();
  newest = shown = { ...shown, ...answer };
  main.classList.add("previewing");
  preview.load(paths, { replicas, cut }, stage);
  tell(paths, shown);
  follow(paths, shown.unit);
  if (answer.live) countDrawn(main); // else it is part of the picture to come
}

// What all that is seen says of these paths.
function tell({ summary, story, paths }, { surface, over }) {
  byId("words").textContent = unparted(summary);
  stories.show(story);
  explainMarks([...surface.data, ...over.data], paths);
}

function follow({ paths }, unit) {
  player.load(new Course(paths, unit, lossFigure.layout.xaxis.type), (run) => cards.load(paths, stage.names, stage.colours, stage.dashes, run));
}

// The picture is there before its losses are: those that are shown say that they are of the last one.
function ahead(answer) {
  main.classList.add("previewing");
  motion.rest();
  shown = { ...answer, preview: true };
  follow(answer.paths, answer.unit);
}

async function show(answer) {
  if (answer.preview) return sketch(answer);
  const { paths, surface, over, losses, facts, formulas, colours, unit, drawn } = answer;
  newest = answer;
  form.describe(facts);
  form.resolved(withRates(paths));
  tell(paths, { surface, over });
  form.batchSizes.warn(paths.last_batch_warning);
  await stage.draw(surface, over, colours);
  if (newest !== answer) return; // another one has come meanwhile
  if (formulas) rule.show(formulas, stage.colours);
  preview.clear();
  form.batchSizes.colours(new Map(paths.paths.map(({ batch_size }, run) => [batch_size, stage.colours[run]])));
  if (lossFigure.layout && !(await Promise.race([losses, undefined]))) ahead(answer);
  const [loss] = await Promise.all([losses, plotly()]);
  if (newest !== answer) return;
  await drawChart(lossFigure, loss, colours);
  for (const [id, { meta }] of [["paths-note", over.layout], ["loss-note", loss.layout]]) byId(id).textContent = meta.note;
  if (newest !== answer) return;
  shown = answer;
  main.classList.remove("previewing");
  motion.renewed();
  follow(paths, unit);
  hover.listen(lossFigure, ({ x }) => x);
  hover.listen(stage.paths, ({ data: { meta }, customdata }) => meta?.role === "path" ? player.at(meta.run, customdata[0]) : undefined);
  for (const [name, query] of Object.entries(drawn)) {
    offer(document.querySelector(`[data-figure=${name}]`), main.dataset.api, name, query, { paths: over, loss }[name].layout.meta.parameters);
  }
  countDrawn(main);
  played ??= playOnce(player, byId("play")).then((calm) => calm && coach.welcome());
}

// Of the marks in the picture only those that are there.
function explainMarks(traces, paths) {
  const there = { ...Object.fromEntries(traces.map(({ meta }) => [meta?.role, true])), diverged: paths.some(({ diverged }) => diverged) };
  for (const item of byId("marks").querySelectorAll("[data-mark]")) item.hidden = !there[item.dataset.mark];
}

const embeddable = { paths: ["view"], loss: ["axis"] }; // what each takes of the page's looks
const run = () => form.params("run");
new Share(form, (figure) => new URLSearchParams([...run(), ...pick(form.params("look"), embeddable[figure])]), () => rulesOf(run(), shown?.paths.paths ?? []));
leadTo(byId("compare"), form);
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
