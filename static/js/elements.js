// Elements of the page: found, made, and counted as drawn.

export const byId = (id) => document.getElementById(id);

export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

export const cells = (texts) => texts.map((textContent) => make("td", { textContent }));

// The head of a table's row.
export function rowHead(...content) {
  const head = make("th", { scope: "row" });
  head.append(...content);
  return head;
}

export function dot(colour) {
  const mark = make("span", { className: "dot" });
  mark.style.setProperty("--colour", colour);
  return mark;
}

// Says, to whoever watches the page, how often something has been drawn.
export function countDrawn({ dataset }) {
  dataset.drawn = Number(dataset.drawn ?? 0) + 1;
}
