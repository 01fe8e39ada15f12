// What every page with a form does: form -> URL -> server -> pictures. The last good picture stays.

import { Problem } from "./api.js";
import { byId } from "./elements.js";
import { showErrors } from "./errors.js";
import { head } from "./head.js";
import { Projector } from "./projector.js";
import { push, walkSteps } from "./steps.js";
import { onTheme } from "./theme.js";

const BUSY_AFTER_MS = 300;

// Those of the parameters that are named, and more that are not empty.
export const pick = (params, names, more = {}) =>
  new URLSearchParams([
    ...[...params].filter(([name]) => names.includes(name)),
    ...Object.entries(more).filter(([, value]) => value),
  ]);

export class Page {
  // load(live, signal) asks the server, show(answer) draws what it said.
  constructor(form, load, show) {
    Object.assign(this, { form, load, show });
    this.controller = new AbortController();
    document.querySelector("[data-restart]")?.addEventListener("click", () => {
      form.fill(new URLSearchParams());
      this.changed(false);
    });
    const projecting = document.querySelector(".projecting"); // not every page has it
    this.projector = projecting && new Projector(projecting, (projector) => {
      form.set({ projector });
      this.changed(false);
    });
    addEventListener("popstate", () => this.#fromAddress());
    onTheme(() => this.refresh(false));
  }

  start() {
    head();
    walkSteps();
    this.#fromAddress();
  }

  changed(live) {
    if (!live) {
      const query = this.form.params("run", "look").toString();
      const now = new URLSearchParams(location.search).toString();
      if (query !== now) push(query ? `?${query}` : location.pathname);
      this.refresh(false);
    } else if (this.liveBusy) this.liveAgain = true;
    else this.#refreshLive();
  }

  async refresh(live) {
    if (!live) this.liveAgain = false; // what is asked now is newer
    this.controller.abort();
    this.controller = new AbortController();
    const { signal } = this.controller;
    const said = byId("busy"); // a page may show progress instead
    const busy = setTimeout(() => said && (said.hidden = false), BUSY_AFTER_MS);
    try {
      const answer = await this.load(live, signal);
      if (!signal.aborted) {
        showErrors([]);
        byId("problem").hidden = true;
        await this.show(answer, live);
      }
    } catch (error) {
      if (error.name !== "AbortError") this.complain(error);
    } finally {
      clearTimeout(busy);
      if (said && !signal.aborted) said.hidden = true;
    }
  }

  cancel() {
    this.liveAgain = false;
    this.controller.abort();
  }

  // While dragging, one request is under way at a time and the newest value goes next.
  async #refreshLive() {
    this.liveBusy = true;
    do {
      this.liveAgain = false;
      await this.refresh(true);
    } while (this.liveAgain);
    this.liveBusy = false;
  }

  complain(error) {
    const errors = error instanceof Problem ? error.errors : [];
    showErrors(errors);
    const beside = errors.every(({ parameter }) => document.querySelector(`[data-error-for="${parameter}"]`));
    byId("problem").hidden = errors.length > 0 && beside;
    byId("problem").textContent = error.message;
  }

  #fromAddress() {
    this.form.fill(new URLSearchParams(location.search));
    this.#hide();
    this.projector?.follow(this.form.params("look").get("projector") ?? "");
    this.refresh(false);
  }

  // A teacher's link leaves controls out; their values count all the same.
  #hide() {
    const hidden = this.form.params("look").getAll("hide");
    for (const control of document.querySelectorAll("[data-control]")) {
      control.classList.toggle("withheld", hidden.includes(control.dataset.control));
    }
  }
}

// Of several replies the first problem counts; without one, their values.
export async function together(requests) {
  const replies = await Promise.allSettled(requests);
  const failed = replies.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  return replies.map(({ value }) => value);
}
