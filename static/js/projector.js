// The projector's view: the page's class follows its link; full screen goes with it where a browser has
// that, and where a click or a key has asked for it.

import { byId } from "./elements.js";

const root = document.documentElement;
const TYPED = "input:not([type=range], [type=radio], [type=checkbox]), select, textarea, dialog";
const on = () => root.classList.contains("projector");

// What Plotly has drawn has the place's new size.
const fit = () => dispatchEvent(new Event("resize"));

const quietly = (promise) => promise?.catch(() => {}); // a browser may refuse: the view does without

export class Projector {
  // switchTo(value) makes "true" or "" part of the form, and so of the link.
  constructor(place, switchTo) {
    Object.assign(this, { place, switchTo });
    this.unfolds = place.querySelector("[data-unfold]");
    this.fills = place.querySelector("[data-fill]");
    for (const button of place.querySelectorAll("[data-project]")) {
      button.addEventListener("click", () => this.#turn(button.dataset.project));
    }
    this.unfolds.addEventListener("click", () => this.#unfold(!this.unfolded));
    this.fills.addEventListener("click", () => this.#fill());
    addEventListener("keydown", (event) => this.#key(event));
    // What stands beside them decides how high these are.
    const beside = new ResizeObserver(() => on() && fit());
    for (const figure of document.querySelectorAll(".side .figure")) beside.observe(figure);
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && on()) this.#turn("");
      this.#show();
    });
  }

  get unfolded() {
    return root.classList.contains("unfolded");
  }

  // As the link says.
  follow(value) {
    const wanted = value === "true";
    if (wanted !== on()) {
      root.classList.toggle("projector", wanted);
      this.#unfold(false);
      if (!wanted && document.fullscreenElement) quietly(document.exitFullscreen());
      fit();
    }
    this.#show();
  }

  #turn(value) {
    this.follow(value); // before anything is asked for: its text has another size
    if (value) this.#fill();
    this.switchTo(value);
    this.place.querySelector(`[data-project="${value ? "" : "true"}"]`).focus(); // the other is gone
  }

  #fill() {
    if (document.fullscreenEnabled) quietly(root.requestFullscreen());
  }

  #unfold(open) {
    root.classList.toggle("unfolded", open);
    this.unfolds.setAttribute("aria-expanded", open);
    if (open) byId("form").querySelector("input:not([type=hidden]), select, button").focus();
  }

  #show() {
    this.fills.hidden = !on() || !document.fullscreenEnabled || Boolean(document.fullscreenElement);
  }

  // In full screen the browser takes Escape for itself, and this view goes with that.
  #key({ key, target, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
    if (key === "Escape" && on()) {
      if (!this.unfolded) return this.#turn("");
      this.#unfold(false);
      this.unfolds.focus();
    } else if (key === "f" && !target.closest(TYPED)) this.#turn(on() ? "" : "true");
  }
}
