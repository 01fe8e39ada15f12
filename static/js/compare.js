// The page that compares: one picture twice with one thing changed, and one player for both.

import { Course } from "./course.js";
import { difference, resting } from "./difference.js";
import { byId, countDrawn } from "./elements.js";
import { Half } from "./half.js";
import { Hover } from "./hover.js";
import { listen } from "./keys.js";
import { pace } from "./pace.js";
import { Page, together } from "./page.js";
import { Pair } from "./pair.js";
import { Player } from "./player.js";
import { withRates } from "./runs.js";
import { shareAxes } from "./shared_axes.js";
import { lang, say } from "./words.js";

const main = document.querySelector("main");
const format = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });

const pair = new Pair(byId("form"), byId("change"), main.dataset.runs.split(" "), () => page.changed(false));
const page = new Page(pair, load, show);
const halves = [...main.querySelectorAll("[data-side]")].map((place) => new Half(place, main, (run) => player.follow(run)));
const player = new Player(
  Number(main.dataset.moments),
  { onMoment, onMissing: fill, onPace: pace(byId("pace")) },
);
const hover = new Hover((moment) => player.peek(moment), () => player.peek());
let newest; // the last answer
let shown; // the last one that is drawn

// Runs are counted through both: A's come first.
const ofA = () => shown[0].paths.paths.length;

function onMoment({ counts, places = [], ...rest }) {
  halves.forEach((half, i) => {
    const own = (all) => (i ? all.slice(ofA()) : all.slice(0, ofA()));
    half.show({ ...rest, counts: own(counts), places: own(places) });
  });
}

function fill(run, ...gap) {
  return run < ofA() ? halves[0].fill(run, ...gap) : halves[1].fill(run - ofA(), ...gap);
}

const unit = () => document.querySelector("input[name=axis]:checked");

async function load(live, signal) {
  const axis = unit().value;
  const sets = [pair.a, pair.b];
  try {
    const answers = await together(sets.map((run, i) => halves[i].ask(run, axis, signal)));
    return Object.assign(answers, { axis, unit: unit().parentElement.textContent.trim() });
  } catch (error) {
    if (error.errors && !error.errors.every((each) => pair.tells(each))) error.errors = []; // no control beside which it is seen
    throw error;
  }
}

async function show(answers) {
  newest = answers;
  const wanted = () => newest === answers;
  const losses = answers.map(({ loss }) => loss);
  shareAxes(losses);
  for (const [i, half] of halves.entries()) {
    await half.draw(answers[i], wanted);
    if (!wanted()) return;
  }
  shown = answers;
  tell(answers);
  const paths = answers.flatMap((answer) => answer.paths.paths);
  const course = new Course(paths, answers.axis, losses[0].layout.xaxis.type);
  player.load(course, (run) => halves.forEach((half, i) => half.legend(i * ofA(), run)));
  const ends = answers.map((answer) => Math.max(...answer.paths.paths.map((path) => course.track(path).at(-1))));
  byId("rests").textContent = resting(ends, answers.unit, (value) => format.format(value));
  halves.forEach(({ loss, stage }, i) => {
    hover.listen(loss, ({ x }) => x);
    hover.listen(stage.paths, ({ data: { meta }, customdata }) => meta?.role === "path" ? player.at(meta.run + i * ofA(), customdata[0]) : undefined);
  });
  countDrawn(main);
}

// What is seen in words, and where each of the two pictures is by itself.
function tell(answers) {
  const requests = answers.map(({ paths }) => withRates(paths));
  const { colours } = halves[1].stage;
  pair.resolved(requests[1], new Map(answers[1].paths.paths.map(({ batch_size }, run) => [batch_size, colours[run]])));
  byId("words").textContent = difference(pair, requests);
  const [w0, w1] = ["xaxis", "yaxis"].map((axis) => answers[1].over.layout[axis].title.text);
  document.querySelectorAll("[data-parameter]").forEach((label) => (label.textContent = [w0, w1][label.dataset.parameter]));
  halves.forEach(({ place }, i) => {
    place.querySelector("[data-value]").textContent = say("labelled", { label: pair.title(pair.change), text: pair.text(pair.change, requests[i][pair.change]) });
    const looks = pair.form.params("look");
    for (const name of ["hide", "projector"]) looks.delete(name);
    place.querySelector("[data-open]").href = `${main.dataset.home}?${new URLSearchParams([...answers[i].run, ...looks])}`;
  });
}

// What is seen of one plane is seen of the other, where both measure the same.
halves.forEach(({ stage }, i) => {
  const { stage: other } = halves[1 - i];
  stage.onLook = () => stage.lens.measures === other.lens.measures && other.lens.follow(stage.lens.ranges);
});
listen([byId("player"), ...main.querySelectorAll(".plane")], undefined, player);
page.start();
