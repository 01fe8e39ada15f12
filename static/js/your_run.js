// A reader's own run: its log goes to the server, which packs it into the link and forgets it.

import { ask, send } from "./api.js";
import { unparted } from "./caption.js";
import { byId, countDrawn } from "./elements.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Page, pick } from "./page.js";
import { printable } from "./print.js";
import { Share } from "./share.js";
import { lang, sentences } from "./words.js";

const main = document.querySelector("main");
const { api } = main.dataset;
const DEVICES = main.dataset.devices.split(" ");
const SHORT = new Intl.NumberFormat(lang, { maximumSignificantDigits: 4 });

const form = new Form(byId("form"), () => page.changed(false));
const figures = new Figures(api, (names) => pick(form.params("run"), names));
const page = new Page(form, load, show);
let read; // the last log that was sent: its text, and what was found with its lines

async function load(live, signal) {
  const params = form.params("run");
  const log = params.get("log");
  const [devices, logged] = await Promise.all([
    ask(api, "devices", pick(params, DEVICES), signal),
    log ? ask(api, "logged", { log }, signal) : undefined,
  ]);
  return { devices, logged, log, signal };
}

async function show({ devices, logged, log, signal }) {
  tell(devices);
  byId("of-log").hidden = !logged;
  if (!logged) return;
  byId("words").textContent = unparted(sentences([logged.summary, logged.advice?.sentence, logged.advice?.rate]));
  const found = read?.log === log ? read.warnings : logged.warnings;
  byId("warnings").replaceChildren(...found.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })));
  byId("wrong").hidden = found.length === 0;
  byId("sound").hidden = found.length > 0;
  await figures.refresh(false, signal);
  countDrawn(main);
}

function tell(devices) {
  byId("first").textContent = devices.first;
  byId("last-batch-warning").textContent = devices.last_batch_warning ?? "";
  byId("last-batch-warning").hidden = !devices.last_batch_warning;
  for (const fact of document.querySelectorAll("[data-fact]")) {
    const value = fact.dataset.fact.split(".").reduce((part, name) => part?.[name], devices);
    fact.parentElement.hidden = value === undefined || value === null;
    fact.textContent = SHORT.format(value ?? 0);
  }
}

async function take(file) {
  const told = [...document.querySelectorAll("[data-of-table]")].map(({ dataset, value }) => [dataset.ofTable, value.trim()]);
  const lines = (await file.slice(0, 99).text()).trimStart().startsWith("{"); // which say themselves what a table does not
  try {
    read = await send(api, "logged", file, lines ? {} : told.filter(([, value]) => value));
    use(read.log);
  } catch (error) {
    for (const each of error.errors ?? []) if (told.some(([name]) => name === each.parameter)) each.parameter = `of-${each.parameter}`;
    page.complain(error);
  }
}

function use(log) {
  form.set({ log });
  page.changed(false);
}

byId("file").addEventListener("click", ({ target }) => (target.value = "")); // the same file may be chosen again
byId("file").addEventListener("change", ({ target }) => target.files[0] && take(target.files[0]));
byId("link").addEventListener("change", ({ target }) => {
  const text = target.value.trim();
  if (text) use(text.includes("?") ? new URLSearchParams(text.slice(text.indexOf("?"))).get("log") ?? text : text);
});
document.querySelector("[data-demonstration]").addEventListener("click", ({ target }) => use(target.dataset.demonstration));
const over = (event, inside) => {
  event.preventDefault();
  main.classList.toggle("over", inside);
};
main.ondragenter = main.ondragover = (event) => over(event, true);
main.ondragleave = (event) => over(event, false);
main.ondrop = (event) => {
  over(event, false);
  const [file] = event.dataTransfer.files;
  if (file) take(file);
};
new Share(form, (figure) => figures.params(figure));
printable(main, () => figures.all());
page.start();
