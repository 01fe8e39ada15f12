// Light or dark, as the reader has chosen or the system says; paper is light.

const system = matchMedia("(prefers-color-scheme: dark)");
const KEPT = "theme"; // where the choice is kept, which scheme.js reads before the first paint
const { dataset } = document.documentElement;
const listeners = [];
let paper = false;

export const onPaper = (now) => (paper = now);
const chosen = () => dataset.theme ?? (system.matches ? "dark" : "light");
export const theme = () => (paper ? "light" : chosen());
// On paper each figure has a legend, for there the table of colours may be on another sheet.
export const legend = () => (paper ? "true" : "");
// Of figures that are projected the text is large.
export const size = () => (!paper && document.documentElement.classList.contains("projector") ? "large" : "");

// What is to happen when the colours have become others.
export const onTheme = (listener) => listeners.push(listener);

const tell = () => listeners.forEach((listener) => listener());

// "light", "dark", or "" for the system's.
export function choose(name) {
  const before = chosen();
  if (name) dataset.theme = name;
  else delete dataset.theme;
  if (chosen() !== before) tell();
}

// The button that goes from one choice to the next; its texts are the template's.
export function themeSwitch(button) {
  const names = ["", "light", "dark"];
  const show = () => {
    const said = button.dataset[dataset.theme ?? "system"];
    button.setAttribute("aria-label", said);
    button.title = said;
  };
  button.hidden = false; // without scripts the system decides
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(dataset.theme ?? "") + 1) % names.length];
    choose(next);
    try {
      if (next) localStorage.setItem(KEPT, next);
      else localStorage.removeItem(KEPT);
    } catch { /* storage is refused: the choice holds for this page */ }
    show();
  });
  // Chosen in another tab, or while this page was kept aside to go back to.
  const again = () => {
    try {
      const kept = localStorage.getItem(KEPT) ?? "";
      choose(names.includes(kept) ? kept : "");
    } catch { /* as above */ }
    show();
  };
  addEventListener("storage", ({ key }) => [KEPT, null].includes(key) && again());
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  show();
}

system.addEventListener("change", () => dataset.theme ?? tell());
