// The row of stories: links to named pictures, and what the runs of the one that is shown say.

import { unparted } from "./caption.js";

export class Stories {
  // choose(params) shows the picture that a link leads to.
  constructor(element, choose) {
    this.row = element.querySelector(".row");
    this.links = [...element.querySelectorAll("[data-story]")];
    this.sentence = element.querySelector("[data-sentence]");
    this.hint = this.sentence.dataset.hint;
    this.sheet = element.querySelector("[data-sheet]");
    element.addEventListener("click", (event) => {
      const link = event.target.closest("[data-story]");
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      choose(new URLSearchParams(link.search));
    });
  }

  // Marks the story that is shown, none if the picture is of none.
  show(story) {
    for (const link of this.links) {
      if (link.dataset.story !== story?.id) link.removeAttribute("aria-current");
      else if (this.shown !== story.id) {
        link.setAttribute("aria-current", "true");
        this.#reveal(link);
      }
    }
    this.shown = story?.id;
    this.sentence.textContent = unparted(story?.sentence ?? this.hint);
    this.sentence.classList.toggle("told", Boolean(story));
    this.sheet.hidden = !story;
    if (story) this.sheet.href = this.#sheetOf(story);
  }

  // The story on paper, of the draw that is shown.
  #sheetOf({ id }) {
    const url = new URL(this.sheet.dataset.sheet.replace("STORY", id), location.href);
    const seed = new URLSearchParams(location.search).get("seed");
    if (seed) url.searchParams.set("seed", seed);
    return url.href;
  }

  // Where the row scrolls sideways, to the link's place in it.
  #reveal(link) {
    const { left, right } = link.getBoundingClientRect();
    const seen = this.row.getBoundingClientRect();
    if (left < seen.left || right > seen.right) this.row.scrollLeft += (left + right - seen.left - seen.right) / 2;
  }
}
