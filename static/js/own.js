// A reader's own points: pasted, typed, chosen or dropped as a table, which the server packs for the link.

import { Problem, send } from "./api.js";
import { byId } from "./elements.js";
import { showErrors } from "./errors.js";
import { say } from "./words.js";

const SHOWN = 100_000; // characters of a file that the text field shows

export function readPoints(form, api) {
  const group = document.querySelector("[data-own]");
  const table = byId("own-table");
  const file = byId("own-file");
  const notes = byId("own-notes");
  const packed = group.querySelector("[name=points]");
  let sent = table.value;
  let shown = new URLSearchParams(location.search).get(packed.name) ?? packed.dataset.first; // of which points the table is
  const tables = new Map([[shown, sent]]); // by their packed text

  async function read(content) {
    try {
      const { points, used, rows, columns, notes: said } = await send(api, "points", content);
      const names = Object.values(columns).join(", ");
      notes.textContent = [say("points_used", { used, rows, names }), ...said].join(" ");
      tables.set(points, sent);
      form.set({ points });
      form.changed();
      shown = points;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      notes.textContent = "";
      showErrors([{ parameter: "points", message: error.errors.map(({ message }) => message).join(" ") || error.message }]);
    }
  }

  function typed() {
    if (table.value === sent) return;
    sent = table.value;
    read(sent);
  }

  async function opened(one) {
    if (!one) return;
    sent = table.value = await one.slice(0, SHOWN).text();
    await read(one);
  }

  // Where the form has other points, as after "Undo", the table is theirs.
  function follow() {
    if (packed.value === shown) return;
    shown = packed.value;
    if (!tables.has(shown)) return;
    sent = table.value = tables.get(shown);
    notes.textContent = "";
  }

  addEventListener("popstate", follow);
  document.addEventListener("change", follow);

  // The fields are no parameters: their changes are not the form's.
  table.addEventListener("change", (event) => {
    event.stopPropagation();
    typed();
  });
  table.addEventListener("paste", () => setTimeout(typed));
  file.addEventListener("change", (event) => {
    event.stopPropagation();
    opened(file.files[0]);
  });
  group.addEventListener("dragover", (event) => event.preventDefault());
  group.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    opened(event.dataTransfer.files[0]);
  });
  group.addEventListener("click", ({ target }) => {
    const { model, kind, points, table: rows } = target.dataset;
    if (!model) return;
    form.set({ model });
    if (!form.params("run").get("points")?.startsWith(kind)) {
      tables.set(points, rows);
      form.set({ points });
      follow();
    }
    form.changed();
  });
}
