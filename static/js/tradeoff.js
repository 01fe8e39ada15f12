// The trade-off laboratory: a sweep streamed while it is measured.

import { Problem, ask, events } from "./api.js";
import { unparted } from "./caption.js";
import { byId, cells, countDrawn, make, rowHead } from "./elements.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Own } from "./own.js";
import { Page, pick } from "./page.js";
import { printable } from "./print.js";
import { Share } from "./share.js";
import { size, theme } from "./theme.js";
import { lang, say } from "./words.js";

const main = document.querySelector("main");
const { api } = main.dataset;
const DATA = main.dataset.ground.split(" "); // what the surface depends on
const SWEEP = main.dataset.sweep.split(" "); // what the sweep depends on

const form = new Form(byId("form"), (live) => live || page.changed(false)); // too long for every step of a slider
const page = new Page(form, load, show);
new Own(form, main.dataset.api);
const query = (names) => pick(form.params("run"), names);
const figures = new Figures(api, query, "#sweep");
const others = new Figures(api, query, ".panels:not(#sweep)"); // which wait for no sweep
const whole = new Intl.NumberFormat(lang);
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });
let latest; // what the sweep that is under way has said
let apart = new AbortController(); // of the others, which go on when a sweep is cancelled
let drawn; // when they are

async function load(live, signal) {
  const params = form.params("run");
  const colours = theme();
  begin();
  signal.addEventListener("abort", () => progress(undefined));
  try {
    const surface = params.get("surface") ?? byId("surface").value;
    const facts = await ask(api, `surfaces/${encodeURIComponent(surface)}`, pick(params, DATA.filter((name) => name !== "surface")), signal);
    form.describe(facts);
    for await (const { name, data } of events(api, "tradeoff", pick(params, SWEEP, { theme: colours, size: size() }), signal)) {
      if (name === "problem") throw new Problem(data);
      drawOthers();
      if (name === "result") return { swept: data, facts, colours, signal };
      latest = data;
      progress(data.done, data.seconds_left);
      tell(data, colours);
    }
    throw new Problem({ detail: say("ended"), errors: [] });
  } finally {
    if (!signal.aborted) progress(undefined);
  }
}

function begin() {
  latest = undefined;
  apart.abort();
  apart = new AbortController();
  drawn = undefined;
  byId("cancelled").hidden = true;
  progress(0);
}

function drawOthers() {
  drawn ??= others.refresh(false, apart.signal);
}

async function show({ swept, facts, colours, signal }) {
  form.resolved({ ...swept.request, noise: facts.noise, domain: Object.values(facts.domain).flat(), start: swept.request.start ?? facts.start });
  tell(swept, colours);
  await Promise.all([figures.refresh(false, signal), drawn]);
  countDrawn(main);
}

// What is known so far.
function tell({ summary, optimizers, figures: made = {} }, colours) {
  byId("words").textContent = unparted(summary);
  for (const [name, figure] of Object.entries(made)) figures.show(name, figure, colours).catch(() => {}); // the result is drawn in any case
  byId("swept").replaceChildren(...optimizers.flatMap(({ optimizer, batches }) => batches.map((batch) => row(batch, optimizer))));
}

function cancel() {
  page.cancel();
  drawOthers();
  byId("cancelled-text").textContent = latest ? say("cancelled", latest) : say("cancelled_before");
  byId("cancelled").hidden = false;
  byId("resume").focus();
}

function row({ batch_size, learning_rate, updates, examples, regime, learning_rate_refused: refused }, optimizer) {
  const line = make("tr");
  const range = ({ p05, p50, p95 }) => `${whole.format(p50)} (${p05 === null ? "…" : whole.format(p05)}–${p95 === null ? "…" : whole.format(p95)})`;
  const texts = learning_rate === null
    ? [optimizer, "–", refused]
    : [optimizer, fine.format(learning_rate), range(updates), range(examples), regime ? say(regime) : ""];
  line.append(rowHead(whole.format(batch_size)), ...cells(texts));
  if (learning_rate === null) line.lastChild.colSpan = 3; // a reason is longer than a number
  return line;
}

function progress(done, seconds) {
  byId("progress").hidden = done === undefined;
  byId("done").value = done ?? 0;
  byId("left").textContent = seconds ? say("seconds_left", { seconds: fine.format(Math.ceil(seconds)) }) : "";
}

byId("cancel").addEventListener("click", cancel);
byId("resume").addEventListener("click", () => page.refresh(false));
new Share(form, (figure) => figures.params(figure) ?? others.params(figure));
// A cancelled sweep is printed as far as it came.
printable(main, () => Promise.all([byId("cancelled").hidden && figures.all(), others.all()]));
page.start();
