// A small network, trained while it is watched: runs first, then what is measured along them.

import { Problem, ask, events } from "./api.js";
import { unparted } from "./caption.js";
import { byId, countDrawn } from "./elements.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { logRun } from "./log_run.js";
import { Moments } from "./moments.js";
import { Page, pick } from "./page.js";
import { printable } from "./print.js";
import { ofRule, rulesOf, withRates } from "./runs.js";
import { Share } from "./share.js";
import { Sweep } from "./sweep.js";
import { size, theme } from "./theme.js";
import { Walk } from "./walk.js";
import { lang, say } from "./words.js";

const main = document.querySelector("main");
const { api } = main.dataset;
const NETWORK = main.dataset.network.split(" "); // what the runs depend on

const form = new Form(byId("form"), (live) => live || changed()); // too long for every step of a slider
const page = new Page(form, load, show);
let passing = {}; // a moment on the way to one that is held
const figures = ["#trained", "#more", "#measured"].map((place) => new Figures(api, query, place));
const [trained, more, measured] = figures; // what needs the runs alone; what is measured along them
const moments = new Moments((chosen) => {
  form.set(chosen);
  page.changed(false);
}, async (chosen) => {
  passing = chosen;
  await trained.draw("network-moment");
  passing = {};
}, (...shown) => walk.show(...shown));
const walk = new Walk(document.querySelector("#network-plane .figure"));
const sweeps = [...document.querySelectorAll(".sweep")].map((section) => new Sweep(section, api, query, () => known?.result.request ?? {}));
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
let known; // the runs that are drawn: their query, and what was said of them
let latest;

function query(names) {
  const params = form.params("run", "look");
  for (const [name, value] of Object.entries(passing)) value ? params.set(name, value) : params.delete(name);
  return pick(params, names);
}

// A batch size or a rule that has gone is followed no longer.
function changed() {
  const { followed, followed_optimizer: rule } = Object.fromEntries(form.params("look"));
  if (followed && !form.batchSizes.values.includes(followed)) form.set({ followed: "" });
  if (rule && !(form.rules.values.length > 1 && form.rules.values.includes(rule))) form.set({ followed_optimizer: "" });
  page.changed(false);
}

async function load(live, signal) {
  const params = form.params("run", "look");
  const colours = theme();
  const asked = pick(params, NETWORK).toString();
  if (known?.asked === asked) return { ...known, signal }; // what is shown of them alone has changed
  begin();
  stale(true);
  signal.addEventListener("abort", () => progress(undefined));
  try {
    const sets = await ask(api, "networks", {}, signal);
    let drawn = false; // what is drawn of the runs alone
    for await (const { name, data } of events(api, "network", pick(params, [...NETWORK, "axis"], { theme: colours, size: size() }), signal)) {
      if (name === "problem") throw new Problem(data);
      if (name === "result") return { asked, result: data, sets, signal };
      latest = data;
      progress(data.done, data.seconds_left);
      await tell(data, colours);
      if (drawn || data.trained < data.asked) continue;
      drawn = true;
      describe(data, sets);
      trained.refresh(false, signal);
      more.refresh(false, signal);
    }
    throw new Problem({ detail: say("ended"), errors: [] });
  } catch (error) {
    if (!latest?.trained && error.name !== "AbortError") stale(false); // nothing is of others
    throw error;
  } finally {
    if (!signal.aborted) progress(undefined);
  }
}

async function show({ asked, result, sets, signal }) {
  sweeps.forEach((sweep) => sweep.changed());
  known = { asked, result, sets };
  tellWords(result.summary);
  describe(result, sets);
  await Promise.all(figures.map((each) => each.refresh(false, signal)));
  paint();
  moments.again();
  countDrawn(main);
}

function tellWords(summary) {
  byId("words").textContent = unparted(summary);
  byId("words").classList.remove("of-before");
}

// The form and the cards.
function describe({ request, batches, last_batch_warning: warning }, { data }) {
  byId("teaches").textContent = say("data_set", data.find(({ id }) => id === request.data));
  form.resolved(withRates({ request, paths: batches }));
  form.batchSizes.warn(warning);
  sweeps.forEach((sweep) => sweep.refuses(form.rules.values.length > 1));
  const look = form.params("look");
  const [moment, followed, rule] = ["moment", "followed", "followed_optimizer"].map((name) => look.get(name) ?? "");
  moments.load(batches, { examples: request.examples, moment, followed, rule, full: form.batchSizes.full });
  byId("cards").classList.remove("of-before");
  paint();
}

// Colours of batch sizes, as the paths and the curves have them.
function paint() {
  const drawn = [...main.querySelectorAll(".panel:not(.of-before) .figure")].filter(({ dataset }) => dataset.colours === theme());
  const traces = drawn.flatMap(({ data = [] }) => data);
  const colours = new Map(traces.filter(({ meta }) => ["median", "path"].includes(meta?.role)).map(({ meta, line }) => [meta.batch_size, line.color]));
  form.batchSizes.colours(colours);
  moments.paint(colours, new Map(traces.filter(({ meta }) => meta?.dash).map(({ meta }) => [meta.optimizer, meta.dash])));
}

// What is seen is of the last answer, and looks so, part by part until there is another one.
function stale(all) {
  figures.forEach((each) => each.stale(all));
  for (const id of ["words", "cards"]) byId(id).classList.toggle("of-before", all);
}

function begin() {
  latest = undefined;
  byId("cancelled").hidden = true;
  progress(0);
}

// What is known so far.
async function tell({ summary, figures: made = {} }, colours) {
  if (summary) tellWords(summary);
  for (const [name, figure] of Object.entries(made)) await more.show(name, figure, colours).catch(() => {}); // the result is drawn in any case
}

function cancel() {
  page.cancel();
  byId("cancelled-text").textContent = latest?.trained ? say(latest.batches[0].optimizer ? "cancelled_training_rules" : "cancelled_training", latest) : say("cancelled_before");
  byId("cancelled").hidden = false;
  byId("resume").focus();
}

function progress(done, seconds) {
  byId("progress").hidden = done === undefined;
  byId("done").value = done ?? 0;
  byId("left").textContent = seconds ? say("seconds_left", { seconds: fine.format(Math.ceil(seconds)) }) : "";
}

byId("cancel").addEventListener("click", cancel);
logRun(byId("log-run"), api, (names) => (known ? ofRule(query(names), moments.run, known.result.batches) : query(names)), (error) => page.complain(error));
byId("resume").addEventListener("click", () => page.refresh(false));
new Share(form, (name) => [...figures, ...sweeps.map((sweep) => sweep.figures)].map((each) => each.params(name)).find(Boolean), () => rulesOf(form.params("run"), known?.result.batches ?? []));
printable(main, () => Promise.all([...figures, ...sweeps].map((each) => each.all())));
page.start();
