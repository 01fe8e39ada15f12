// The guide: a prediction first, then the answer; figures follow their step's controls.

import { Figures } from "./figures.js";
import { Form } from "./form.js";
import { Page, pick } from "./page.js";
import { Share } from "./share.js";

const main = document.querySelector("main");
const form = new Form(document.getElementById("form"), (live) => page.changed(live));
const figures = new Figures(main.dataset.api, (names) => pick(form.params("run"), names));
const page = new Page(
  form,
  async (live, signal) => figures.refresh(live, signal),
  () => {
    form.placeSliders();
    main.dataset.drawn = Number(main.dataset.drawn ?? 0) + 1;
  },
);

main.addEventListener("click", ({ target }) => {
  const { choose, set } = target.dataset;
  if (choose !== undefined) answer(target);
  if (set !== undefined) {
    form.set(Object.fromEntries(new URLSearchParams(set)));
    page.changed(false);
  }
});

function answer(chosen) {
  const step = chosen.closest(".step");
  const right = step.querySelector("[data-choose=right]");
  for (const option of step.querySelectorAll("[data-choose]")) {
    option.setAttribute("aria-pressed", String(option === chosen));
    option.classList.toggle("right", option === right);
  }
  step.querySelector(".verdict.right").hidden = chosen !== right;
  step.querySelector(".verdict.wrong").hidden = chosen === right;
  step.querySelector(".answer").hidden = false;
}

new Share(form, (figure) => figures.params(figure));
page.start();
