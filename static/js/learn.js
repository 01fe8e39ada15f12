// The guide: a guess first, then the answer when it is right or asked for; figures follow their
// step's controls.

import { byId, countDrawn } from "./elements.js";
import { showErrors } from "./errors.js";
import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Page, pick } from "./page.js";
import { printable } from "./print.js";
import { Share } from "./share.js";

const main = document.querySelector("main");
const form = new Form(byId("form"), (live) => page.changed(live));
const figures = new Figures(main.dataset.api, (names) => pick(form.params("run"), names), "body", showErrors);
const page = new Page(
  form,
  async (live, signal) => figures.refresh(live, signal),
  () => {
    form.placeSliders();
    showErrors(figures.refused());
    countDrawn(main);
  },
);

main.addEventListener("click", ({ target }) => {
  const { choose, reveal, set } = target.dataset;
  if (choose) guess(target);
  if (reveal) {
    show(target);
    byId(reveal).focus(); // the button is gone
  }
  if (set) {
    form.set(Object.fromEntries(new URLSearchParams(set)));
    page.changed(false);
  }
});

function guess(chosen) {
  const step = chosen.closest(".step");
  for (const option of step.querySelectorAll("[data-choose]")) option.setAttribute("aria-pressed", String(option === chosen));
  chosen.classList.add(chosen.dataset.choose);
  step.querySelector(".verdict").textContent = chosen.dataset.verdict;
  if (chosen.dataset.choose === "right") show(step.querySelector("[data-reveal]"));
}

function show(button) {
  button.hidden = true;
  byId(button.dataset.reveal).hidden = false;
  dispatchEvent(new Event("resize")); // a figure drawn for paper alone has another size
  button.closest(".step").querySelector("[data-choose=right]").classList.add("right");
}

new Share(form, (figure) => figures.params(figure));
printable(main, () => figures.all());
page.start();
