// What is looked for leaves the operations that speak of it, and of their parameters those that do.

import { put } from "./words.js";

export function search(main) {
  const field = main.querySelector("[type=search]");
  const said = main.querySelector("output");
  const sections = [...main.querySelectorAll("section:has(.operation)")];
  const text = (element) => element.textContent.toLowerCase();
  const operations = [...main.querySelectorAll(".operation")].map((element) => ({
    element,
    about: [...element.querySelectorAll(":scope > summary, :scope > p, .fields")].map(text).join(" "),
    parameters: [...element.querySelectorAll(".parameter")].map((one) => ({ one, about: text(one) })),
  }));
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const speaks = ({ about }) => words.every((word) => about.includes(word));
    for (const operation of operations) {
      const itself = speaks(operation);
      for (const parameter of operation.parameters) parameter.one.hidden = !itself && !speaks(parameter);
      operation.element.hidden = !itself && !operation.parameters.some(speaks);
    }
    for (const section of sections) section.hidden = !section.querySelector(".operation:not([hidden])");
    const shown = operations.filter(({ element }) => !element.hidden).length;
    said.textContent = words.length ? put(said.dataset.found, { shown, all: operations.length }) : "";
  });
}
