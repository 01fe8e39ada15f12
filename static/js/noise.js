// The gradient-noise laboratory: the noise at the point that is held, and along a run from it.

import { ask } from "./api.js";
import { writeCaption } from "./caption.js";
import { byId, cells, countDrawn, dot, make, rowHead } from "./elements.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Own } from "./own.js";
import { Page, pick, together } from "./page.js";
import { printable } from "./print.js";
import { Share } from "./share.js";
import { Stage } from "./stage.js";
import { offer } from "./take.js";
import { size, theme } from "./theme.js";
import { lang, say } from "./words.js";

const main = document.querySelector("main");
const { api } = main.dataset;
const DATA = main.dataset.ground.split(" "); // what the surface depends on
const NOISE = main.dataset.noise.split(" "); // what the draws at a point depend on
const DIRECTIONS = main.dataset.directions.split(" "); // what their steps depend on

const form = new Form(byId("form"), (live) => page.changed(live));
const page = new Page(form, load, show);
new Own(form, main.dataset.api);
const figures = new Figures(api, (names) => pick(parameters(), names));
const stage = new Stage(
  { plane: byId("plane"), surface: byId("surface-figure"), paths: byId("directions-figure"), handle: byId("point-handle") },
  (at, live) => {
    form.set({ at });
    page.changed(live);
  },
  (part) => ask(api, "figures/surface", new URLSearchParams([...new URLSearchParams([...surfaces.keys()][0]), ["part", part]]), page.controller.signal),
);
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
const surfaces = new Map(); // the last surface figure, by its query

// A run starts at the point.
function parameters() {
  const params = form.params("run");
  if (params.has("at")) params.set("start", params.get("at"));
  return params;
}

async function load(live, signal) {
  const params = parameters();
  const noise = pick(params, NOISE);
  const colours = theme();
  const directions = pick(params, DIRECTIONS, { theme: colours, size: size() });
  const surfaceQuery = pick(params, DATA, { theme: colours, size: size() }).toString();
  // While something moves, the plane alone follows; all else says that it is of the last picture.
  const known = live && surfaces.get(surfaceQuery);
  if (known) return { ground: known, over: await ask(api, "figures/directions", directions, signal), colours };
  const surface = params.get("surface") ?? byId("surface").value;
  const [measured, ground, over, facts] = await together([
    ask(api, "noise", noise, signal),
    surfaces.get(surfaceQuery) ?? ask(api, "figures/surface", surfaceQuery, signal),
    ask(api, "figures/directions", directions, signal),
    ask(api, `surfaces/${encodeURIComponent(surface)}`, pick(params, DATA.filter((name) => name !== "surface")), signal),
    figures.refresh(live, signal),
  ]);
  surfaces.clear();
  surfaces.set(surfaceQuery, ground);
  return { measured, ground, over, facts, directions, colours };
}

async function show({ measured, ground, over, facts, directions, colours }) {
  main.classList.toggle("previewing", !measured);
  writeCaption(byId("words"), over.layout.meta);
  if (!measured) {
    await stage.draw(ground, over, colours);
    return countDrawn(main);
  }
  form.describe(facts);
  form.resolved({ ...facts, learning_rate: facts.learning_rates[byId("optimizer").value], ...measured.request, domain: Object.values(facts.domain).flat(), start: measured.point });
  await stage.draw(ground, over, colours);
  const ofSizes = new Map(over.data.filter(({ meta }) => meta?.role === "arrows").map(({ meta, line }) => [meta.batch_size, line.color]));
  form.batchSizes.colours(ofSizes);
  offer(byId("plane").closest("[data-figure]"), api, "directions", directions, over.layout.meta.parameters);
  byId("measured").replaceChildren(...measured.batches.map((batch) => row(batch, ofSizes.get(batch.batch_size), measured.request.examples)));
  countDrawn(main);
}

function row({ batch_size, angle_degrees: angle, uphill, trace_predicted, trace_measured, trace_interval }, colour, examples) {
  const line = make("tr");
  const head = rowHead(dot(colour), ` ${batch_size === examples ? say("full") : batch_size.toLocaleString(lang)}`);
  const texts = [
    angle ? `${fine.format(angle.mean)}° (${fine.format(angle.p05)}–${fine.format(angle.p95)}°)` : say("undefined"),
    angle ? uphill.toLocaleString(lang, { style: "percent", maximumFractionDigits: 1 }) : say("undefined"),
    fine.format(trace_measured) + (trace_interval ? ` (${trace_interval.map((bound) => fine.format(bound)).join("–")})` : ""),
    fine.format(trace_predicted),
  ];
  line.append(head, ...cells(texts));
  return line;
}

new Share(form, (figure) => figures.params(figure) ?? pick(parameters(), DIRECTIONS));
printable(main, async () => {
  await page.refresh(false);
  await figures.all();
});
page.start();
