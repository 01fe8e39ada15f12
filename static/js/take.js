// What can be taken home of a figure: pictures with their caption, its data, a page that opens offline.

import { ask, askText } from "./api.js";
import { cells, make } from "./elements.js";
import { plotly } from "./plotly.js";
import { stillPage } from "./still_page.js";
import { lang, say, sentences } from "./words.js";

const SIZE = { width: 960, height: 640 };
const LINE = 17; // pixels of a caption's line
const EDGE = 13;
const KEPT_MS = 60_000; // that a file waits for whoever is asked where to save it
const FONT = "12px system-ui, sans-serif";
const queries = new WeakMap(); // of a figure's element: base, name, parameters

// From now on the element's figure is the answer to this query, made from these parameters.
export function offer(element, base, name, params, made) {
  const take = element.querySelector(".take");
  if (!take) return;
  queries.set(take, { base, name, params: new URLSearchParams(params) });
  element.querySelector(".made").textContent = made;
  for (const link of take.querySelectorAll("[data-format]")) {
    const query = new URLSearchParams(params);
    query.set("lang", lang);
    query.set("format", link.dataset.format);
    link.href = `${base}/figures/${name}?${query}`;
    link.download = `batchscape-${name}.${link.dataset.format}`;
  }
  if (take.open) fill(take);
}

// The query of a figure's data alone, without what is only behind it.
function dataQuery(take, format) {
  const { plain } = take.closest("[data-figure]").dataset;
  return new URLSearchParams([...queries.get(take).params, ...new URLSearchParams(plain), ["format", format]]);
}

async function fill(take) {
  const { base, name, params } = queries.get(take);
  const place = take.querySelector("[data-table]");
  const { columns, rows, all_rows: all, parameters } = await ask(base, `figures/${name}`, dataQuery(take, "table"));
  if (queries.get(take).params !== params) return; // another one is drawn by now
  const table = make("table");
  const some = rows.length < all ? say("rows", { shown: rows.length, all }) : "";
  table.createCaption().textContent = sentences([some, parameters]);
  const head = table.createTHead().insertRow();
  head.append(...columns.map((textContent) => make("th", { textContent, scope: "col" })));
  const body = table.createTBody();
  for (const row of rows) body.insertRow().append(...cells(row.map((value) => value ?? "")));
  place.replaceChildren(table);
}

// A text in lines that fit a width; none begins with what closes, or ends with what opens.
function lines(text, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = FONT;
  const found = [""];
  for (const { segment } of new Intl.Segmenter(lang, { granularity: "word" }).segment(text)) {
    const line = found.at(-1) + segment;
    const [, kept, opened] = found.at(-1).match(/^(.*?)([(（]*)$/);
    if (pen.measureText(line).width <= width || /^[)）,、;；:：.。]/.test(segment)) found.splice(-1, 1, line);
    else found.splice(-1, 1, kept, opened + segment.trimStart());
  }
  return found;
}

const legended = (base, name, params) => ask(base, `figures/${name}`, new URLSearchParams([...params, ["legend", "true"]]));

const madeFrom = (name, parameters) => `Batchscape · ${name} · ${parameters}`;

// A figure with its legend and, below it, its caption and what it was made from; its size in pixels.
export async function titled(base, name, params) {
  const { data, layout } = await legended(base, name, params);
  const { caption = "", parameters } = layout.meta;
  const words = [caption, madeFrom(name, parameters)].filter(Boolean).flatMap((text) => lines(text, SIZE.width - 2 * EDGE));
  const below = words.length * LINE + 2 * EDGE;
  const { l: left = 0, b: bottom = 0 } = layout.margin;
  const whole = {
    ...layout,
    paper_bgcolor: getComputedStyle(document.body).backgroundColor,
    margin: { ...layout.margin, b: bottom + below },
    annotations: [...(layout.annotations ?? []), {
      text: words.join("<br>"), font: { size: 12 }, align: "left", showarrow: false,
      xref: "paper", x: 0, xanchor: "left", xshift: EDGE - left, yref: "paper", y: 0, yanchor: "top", yshift: -bottom,
    }],
  };
  return { data, layout: whole, size: { ...SIZE, height: SIZE.height + below } };
}

async function picture(take, format) {
  const { base, name, params } = queries.get(take);
  const { data, layout, size } = await titled(base, name, params);
  save(await (await plotly()).toImage({ data, layout }, { format, scale: format === "png" ? 2 : 1, ...size }), name, format);
}

async function page(take) {
  const { base, name, params } = queries.get(take);
  const [{ data, layout }, csv] = await Promise.all([
    legended(base, name, params),
    askText(base, `figures/${name}`, dataQuery(take, "csv")),
  ]);
  const svg = await (await plotly()).toImage({ data, layout }, { format: "svg", imageDataOnly: true, ...SIZE });
  const { caption = "", parameters } = layout.meta;
  const text = stillPage({ title: `Batchscape – ${name}`, svg, caption, made: madeFrom(name, parameters), csv });
  const url = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  save(url, `${name}-still`, "html");
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

export function save(url, name, format) {
  make("a", { href: url, download: `batchscape-${name}.${format}` }).click();
}

document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.(".take") && target.open && queries.has(target)) fill(target);
}, true);
document.addEventListener("click", async ({ target }) => {
  const { picture: format } = target.dataset ?? {};
  const take = target.closest(".take");
  if (!format || !queries.has(take)) return;
  target.disabled = true;
  try {
    await (format === "html" ? page(take) : picture(take, format));
  } finally {
    target.disabled = false;
  }
});
