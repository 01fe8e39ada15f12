// The trade-off laboratory: a sweep streamed while it is measured.

import { Problem, ask, events } from "./api.js";
import { drawChart } from "./chart.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Page, pick } from "./page.js";
import { plotly } from "./plotly.js";
import { printable } from "./print.js";
import { Share } from "./share.js";
import { theme } from "./theme.js";
import { lang, say } from "./words.js";

const byId = (id) => document.getElementById(id);
const main = document.querySelector("main");
const { api } = main.dataset;
const DATA = main.dataset.ground.split(" "); // what the surface depends on
const SWEEP = main.dataset.sweep.split(" "); // what the sweep depends on

const form = new Form(byId("form"), (live) => live || page.changed(false)); // too long for every step of a slider
const page = new Page(form, load, show);
const figures = new Figures(api, (names) => pick(form.params("run"), names));
const whole = new Intl.NumberFormat(lang);
const fine = new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 });

async function load(live, signal) {
  const params = form.params("run");
  signal.addEventListener("abort", () => progress(undefined));
  progress(0);
  try {
    const surface = params.get("surface") ?? byId("surface").value;
    const facts = await ask(api, `surfaces/${encodeURIComponent(surface)}`, pick(params, DATA.filter((name) => name !== "surface")), signal);
    form.describe(facts);
    for await (const { name, data } of events(api, "tradeoff", pick(params, SWEEP, { theme: theme() }), signal)) {
      if (name === "problem") throw new Problem(data);
      if (name === "result") return { swept: data, facts, signal };
      progress(data.done, data.seconds_left);
      tell(data);
    }
    throw new Problem({ detail: say("ended"), errors: [] });
  } finally {
    if (!signal.aborted) progress(undefined);
  }
}

async function show({ swept, facts, signal }) {
  form.resolved({ ...swept.request, noise: facts.noise, start: swept.request.start ?? facts.start });
  tell(swept);
  await figures.refresh(false, signal);
  main.dataset.drawn = Number(main.dataset.drawn ?? 0) + 1;
}

// What is known so far.
function tell({ summary, optimizers, figure }) {
  byId("words").textContent = summary;
  if (figure) draw(figure).catch(() => {}); // the result is drawn in any case
  byId("swept").replaceChildren(...optimizers.flatMap(({ optimizer, batches }) => batches.map((batch) => row(batch, optimizer))));
}

async function draw(figure) {
  await plotly();
  await drawChart(document.querySelector("#tradeoff-updates .figure"), figure);
}

function row({ batch_size, learning_rate, updates, examples, regime, reason }, optimizer) {
  const line = document.createElement("tr");
  const head = Object.assign(document.createElement("th"), { textContent: whole.format(batch_size), scope: "row" });
  const range = ({ p05, p50, p95 }) => `${whole.format(p50)} (${p05 === null ? "…" : whole.format(p05)}–${p95 === null ? "…" : whole.format(p95)})`;
  const texts = learning_rate === null
    ? [optimizer, "–", reason, "", ""]
    : [optimizer, fine.format(learning_rate), range(updates), range(examples), say(regime)];
  line.append(head, ...texts.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  return line;
}

function progress(done, seconds) {
  byId("progress").hidden = done === undefined;
  byId("done").value = done ?? 0;
  byId("left").textContent = seconds ? say("seconds_left", { seconds: fine.format(Math.ceil(seconds)) }) : "";
}

byId("cancel").addEventListener("click", () => page.cancel());
new Share(form, (figure) => figures.params(figure));
printable(main, () => figures.all());
page.start();
