// Figures with a caption, each from its own resource. Those out of sight wait until they are seen.

import { ask } from "./api.js";
import { writeCaption } from "./caption.js";
import { drawChart } from "./chart.js";
import { countDrawn } from "./elements.js";
import { plotly } from "./plotly.js";
import { offer } from "./take.js";
import { legend, size, theme } from "./theme.js";

export class Figures {
  // query(names) gives the parameters of those names; the panels are those in ``place``;
  // onRefused(errors) hears what is refused now of controls that panels know by other names.
  constructor(base, query, place = "body", onRefused = () => {}) {
    Object.assign(this, { base, query, onRefused });
    this.panels = [...document.querySelectorAll(`${place} [data-takes]`)].map((element) => ({
      element,
      plot: element.querySelector(".figure"),
      caption: element.querySelector("figcaption"),
      error: element.querySelector(".error"),
      names: element.dataset.takes.split(" "),
      added: new URLSearchParams(element.dataset.add),
      renamed: new Map(element.dataset.rename.split(" ").filter(Boolean).map((pair) => pair.split(":"))),
      seen: false,
      refused: [],
    }));
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const panel = this.panels.find(({ element }) => element === target);
        panel.seen = isIntersecting;
        if (isIntersecting && this.signal) this.#draw(panel); // not before the first refresh
      }
    }, { rootMargin: "25%" });
    this.panels.forEach(({ element }) => observer.observe(element));
  }

  // Redraws what is in sight; while dragging, only what follows the hand.
  async refresh(live, signal) {
    this.signal = signal;
    for (const panel of this.panels) panel.refused = []; // one out of sight is asked again when it is seen
    await Promise.all(
      this.panels.filter(({ seen, element }) => seen && (!live || "live" in element.dataset)).map((panel) => this.#draw(panel)));
  }

  // What is drawn is of the last answer, and looks so until it is drawn anew; or is not, after all.
  stale(stale) {
    for (const { element, plot } of this.panels) element.classList.toggle("of-before", stale && Boolean(plot.layout));
  }

  // None is drawn anew, whatever comes into sight, until the next refresh.
  rest() {
    this.signal = undefined;
  }

  // Draws one of them anew, by its name.
  async draw(figure) {
    const panel = this.panels.find(({ element }) => element.dataset.figure === figure);
    if (panel.seen) await this.#draw(panel);
  }

  // Draws all of them in these colours, also those that nobody has seen yet; gives the drawn plots.
  async all(colours = theme()) {
    await Promise.all(this.panels.map((panel) => this.#draw(panel, colours)));
    return this.panels.filter(({ element }) => element.dataset.drawn).map(({ plot }) => plot);
  }

  // What one of them is asked for beside the parameters of its names, from now on.
  add(figure, added) {
    this.panels.find(({ element }) => element.dataset.figure === figure).added = added;
  }

  // What a figure depends on, but for how it is shown; undefined if it is none of these.
  params(figure) {
    const panel = this.panels.find(({ element }) => element.dataset.figure === figure);
    return panel && this.#params(panel);
  }

  #params(panel) {
    const asked = this.query(panel.names);
    const params = new URLSearchParams([...[...panel.added].filter(([name]) => !asked.has(name)), ...asked]);
    for (const [name, value] of this.query([...panel.renamed.keys()])) params.set(panel.renamed.get(name), value);
    if (panel.names.includes("columns")) params.set("columns", getComputedStyle(panel.plot).getPropertyValue("--columns").trim());
    return params;
  }

  // Draws a panel. If the same was asked before and is still under way, waits for that instead.
  #draw(panel, colours = theme()) {
    const params = this.#params(panel);
    params.set("theme", colours);
    if (legend()) params.set("legend", legend());
    if (size()) params.set("size", size());
    const asked = `${panel.element.dataset.figure}?${params}`;
    if (panel.current?.asked === asked && !panel.current.signal?.aborted) {
      if (!panel.current.signal) panel.element.classList.remove("of-before");
      return panel.current.over;
    }
    const mine = { asked, colours, signal: this.signal };
    panel.current = mine;
    return (mine.over = this.#ask(panel, params, mine));
  }

  async #ask(panel, params, mine) {
    const { signal } = mine;
    panel.element.setAttribute("aria-busy", "true");
    try {
      const { data, layout } = await ask(this.base, `figures/${panel.element.dataset.figure}`, params, signal);
      if (signal?.aborted || panel.current !== mine) return;
      mine.signal = undefined; // answered: what is given up later is something else
      await this.#paint(panel, data, layout, mine);
      if (panel.current !== mine) return;
      offer(panel.element, this.base, panel.element.dataset.figure, params, layout.meta?.parameters);
      countDrawn(panel.element);
    } catch (error) {
      if (panel.current !== mine) return;
      panel.current = undefined; // it may be asked again
      if (error.name === "AbortError") return;
      this.#refuse(panel, error);
    } finally {
      if (panel.current === mine || !panel.current) panel.element.removeAttribute("aria-busy");
    }
  }

  // Each error by its control's name; below the figure, if one has no control of the panel's.
  #refuse(panel, { message, errors = [] }) {
    const controls = new Map([...panel.renamed].map(([control, name]) => [name, control]));
    panel.refused = errors.filter(({ parameter }) => controls.has(parameter))
      .map((error) => ({ ...error, parameter: controls.get(error.parameter) }));
    panel.error.hidden = errors.length > 0 && panel.refused.length === errors.length;
    panel.error.textContent = message;
    this.onRefused(this.refused());
  }

  refused() {
    return this.panels.flatMap(({ refused }) => refused);
  }

  // A figure that came otherwise, in these colours, until the panel's own is asked for again.
  async show(name, { data, layout }, colours) {
    const panel = this.panels.find(({ element }) => element.dataset.figure === name);
    await this.#paint(panel, data, layout, (panel.current = { colours }));
  }

  async #paint(panel, data, layout, mine) {
    writeCaption(panel.caption, layout.meta); // which can be read before all is drawn
    await plotly();
    if (panel.current !== mine) return;
    for (const name of ["rows", "shape"]) if (layout.meta?.[name]) panel.plot.style.setProperty(`--${name}`, layout.meta[name]);
    await drawChart(panel.plot, { data, layout }, mine.colours);
    panel.element.classList.remove("of-before");
    panel.error.hidden = true;
    panel.refused = [];
    this.onRefused(this.refused());
  }
}
