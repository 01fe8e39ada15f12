// The page's history of parameters, which its buttons and Ctrl+Z walk: each change of the form is an
// entry of the browser's own history.

const DIRECTIONS = { undo: -1, redo: 1 };
const TYPED = "textarea, input:not([type=range], [type=radio], [type=checkbox])"; // has its own undo
const at = () => history.state?.step ?? 0;
const buttons = () => document.querySelectorAll("[data-walk]");
let newest = at(); // as far as this page knows

// An entry that follows this one.
export function push(url) {
  history.pushState({ step: at() + 1 }, "", url);
  newest = at();
  tell();
}

// How many entries away the nearest one is that has other parameters, if this very page's history has
// it; undefined if not. A browser that does not list its entries knows those since the page was opened.
function distance(direction) {
  if (!window.navigation) return (direction < 0 ? at() > 0 : at() < newest) ? direction : undefined;
  const entries = navigation.entries();
  const here = navigation.currentEntry.index;
  for (let away = direction; entries[here + away]?.url; away += direction) {
    const { pathname, search } = new URL(entries[here + away].url);
    if (pathname !== location.pathname) return undefined;
    if (search !== location.search) return away;
  }
}

function tell() {
  for (const button of buttons()) {
    button.setAttribute("aria-disabled", distance(DIRECTIONS[button.dataset.walk]) === undefined);
  }
}

function walk(name) {
  const away = distance(DIRECTIONS[name]);
  if (away !== undefined) history.go(away);
}

// The key that a step has, if it is one: with Shift, or as Ctrl+Y, forwards.
function stepOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!(ctrlKey || metaKey) || altKey) return undefined;
  return { z: shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
}

export function walkSteps() {
  if (!buttons().length) return;
  for (const button of buttons()) button.addEventListener("click", () => walk(button.dataset.walk));
  addEventListener("keydown", (event) => {
    const name = stepOf(event);
    if (!name || event.target.closest(TYPED) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    walk(name);
  });
  addEventListener("popstate", tell);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) newest = at(); // what came after it has been left
    tell();
  });
  tell();
}
