// A reader's own points, as a table that the server packs for the link: pasted, typed, chosen, dropped,
// or made of the points that a panel is clicked for.

import { Problem, send } from "./api.js";
import { Columns } from "./columns.js";
import { byId } from "./elements.js";
import { showErrors } from "./errors.js";
import { listed, say, sentences } from "./words.js";

const SHOWN = 100_000; // characters of a file that the text field shows

const bare = (text) => text?.replaceAll(" ", "");

export class Own {
  constructor(form, api) {
    Object.assign(this, { form, api, turns: 0 });
    this.group = document.querySelector("[data-own]");
    this.table = byId("own-table");
    this.notes = byId("own-notes");
    this.packed = this.group.querySelector("[name=points]");
    this.columns = new Columns(byId("own-columns"));
    this.shown = new URLSearchParams(location.search).get(this.packed.name) ?? this.packed.dataset.first; // of which points the table is
    this.tables = new Map(); // by their packed text
    this.#keep(this.table.value);
    this.#listen();
  }

  // The names of the points' columns, and a row a point: what the next table is made of.
  get rows() {
    return this.held;
  }

  // Whether these rows are not, or not yet, the link's.
  get pending() {
    return this.held !== this.tables.get(this.shown).rows;
  }

  // Sends such rows, and says there what came of it.
  put(rows, note) {
    this.hold(rows);
    this.#read(this.sent, { note, rows });
  }

  // Those that are too few to be sent.
  hold(rows) {
    this.turns += 1; // an answer that is under way is of others
    this.held = rows;
    this.sent = this.table.value = rows.join("\n");
  }

  #keep(text, rows = text.split("\n")) {
    this.sent = text;
    this.held = rows;
    this.tables.set(this.shown, { text, rows });
  }

  #read(content, how = {}) {
    this.reading = this.#send(content, how);
    return this.reading;
  }

  async #send(content, { note = this.notes, rows, chosen = {} }) {
    const turn = ++this.turns;
    this.notes.textContent = "";
    try {
      const said = await send(this.api, "points", content, chosen);
      if (turn !== this.turns) return;
      const names = listed(Object.values(said.columns));
      const used = say("points_used", { used: said.used, rows: said.rows, names });
      note.textContent = sentences([used, ...said.notes]);
      this.columns.show(said, (other) => this.#read(content, { chosen: other }));
      this.shown = said.points;
      this.#keep(this.sent, rows ?? said.table.split("\n"));
      this.#suit(said.points);
      this.form.set({ points: said.points });
      this.form.changed();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn !== this.turns) return;
      const message = error.errors.map(({ message }) => message).join(" ") || error.message;
      if (note !== this.notes) note.textContent = message;
      showErrors([{ parameter: "points", message }]);
    }
  }

  get #beginnings() {
    return [...this.group.querySelectorAll("[data-model]")].map(({ dataset }) => dataset);
  }

  // A model that was only begun with is not kept for points of another kind.
  #suit(points) {
    const text = this.form.params("run").get("model");
    const begun = this.#beginnings.find(({ model }) => bare(model) === bare(text));
    if (!begun || points.startsWith(begun.kind)) return;
    this.form.set({ model: this.#beginnings.find(({ kind }) => points.startsWith(kind)).model });
  }

  #typed() {
    if (this.table.value === this.sent) return;
    this.sent = this.table.value;
    this.#read(this.sent);
  }

  async #opened(one) {
    if (!one) return;
    this.sent = this.table.value = await one.slice(0, SHOWN).text();
    await this.#read(one);
  }

  // Where the form has other points, as after "Undo", the table is theirs.
  #follow() {
    if (this.packed.value === this.shown || !this.packed.value) return;
    this.shown = this.packed.value;
    this.turns += 1; // an answer that is under way is of other points
    if (!this.tables.has(this.shown)) this.#fetch(this.shown);
    this.#restore();
  }

  // Of an address before this page was loaded: its own page has the table.
  async #fetch(points) {
    this.tables.set(points, { text: "", rows: [""] });
    const turn = this.turns;
    const page = await fetch(location.href).then((answer) => answer.text(), () => "");
    const text = new DOMParser().parseFromString(page, "text/html").getElementById(this.table.id)?.value;
    if (!text) return; // it can still be seen in the picture
    this.tables.set(points, { text, rows: text.split("\n") });
    if (turn === this.turns) this.#restore();
  }

  #restore() {
    const { text, rows } = this.tables.get(this.shown);
    this.#keep(text, rows);
    this.table.value = text;
    this.notes.textContent = "";
    this.columns.hide();
  }

  #begin({ model, kind, points, table }) {
    this.form.set({ model });
    if (!this.form.params("run").get("points")?.startsWith(kind)) {
      this.tables.set(points, { text: table, rows: table.split("\n") });
      this.form.set({ points });
      this.#follow();
    } else if (this.pending) this.#restore();
    this.form.changed();
  }

  #listen() {
    const { group, table } = this;
    const file = byId("own-file");
    addEventListener("popstate", () => this.#follow());
    document.addEventListener("change", () => this.#follow());
    // The fields are no parameters: their changes are not the form's.
    group.addEventListener("change", (event) => {
      if (event.target.dataset.scope) return;
      event.stopPropagation();
      if (event.target === table) this.#typed();
      if (event.target === file) this.#opened(file.files[0]);
    });
    table.addEventListener("paste", () => setTimeout(() => this.#typed()));
    group.addEventListener("dragover", (event) => event.preventDefault());
    group.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.#opened(event.dataTransfer.files[0]);
    });
    group.addEventListener("click", ({ target }) => target.dataset.model && this.#begin(target.dataset));
  }
}
