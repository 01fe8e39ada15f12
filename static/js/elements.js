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

// How a run's line looks: its colour, and where rules have to be told apart the strokes and gaps of its.
export function sample(colour, dash) {
  if (!dash) return dot(colour);
  const mark = make("span", { className: "sample" });
  mark.style.setProperty("--colour", colour);
  mark.innerHTML = '<svg aria-hidden="true"><path d="M0 2h45"/></svg>';
  dashed(mark, dash);
  return mark;
}

// Gives such a mark other strokes and gaps.
export function dashed(mark, dash) {
  mark.querySelector("path").setAttribute("stroke-dasharray", dash?.join(" ") || "none");
}

// Says, to whoever watches the page, how often something has been drawn.
export function countDrawn({ dataset }) {
  dataset.drawn = Number(dataset.drawn ?? 0) + 1;
}
