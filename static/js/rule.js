// The update rule of the runs that are shown: its formulas, its letters, and each batch size's rates.

import { say } from "./words.js";

const parser = new DOMParser();

const formula = (text) => document.adoptNode(parser.parseFromString(text, "application/xml").documentElement);

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

export class Rule {
  constructor(section) {
    const part = (name) => section.querySelector(`[data-${name}]`);
    [this.lines, this.rates, this.letters, this.note] = ["lines", "rates", "letters", "note"].map(part);
    this.kinds = Object.fromEntries([...section.querySelectorAll("[data-kind]")].map(({ dataset, textContent }) => [dataset.kind, textContent]));
  }

  // `colours` are those of the batch sizes, in the order of the rates.
  show({ lines, letters, rates, note }, colours) {
    this.lines.replaceChildren(...lines.map(({ kind, mathml, rule }) => element("p", element("span", rule ? say("labelled", { label: rule, text: this.kinds[kind] }) : this.kinds[kind]), formula(mathml))));
    this.letters.replaceChildren(...letters.map(({ mathml, meaning }) => element("div", element("dt", formula(mathml)), element("dd", meaning))));
    const varies = lines.some(({ kind }) => kind === "rate"); // else the rate is in the step, a number
    this.rates.replaceChildren(...(varies ? rates : []).map(({ text }, run) => {
      const dot = element("span");
      dot.className = "dot";
      dot.style.setProperty("--colour", colours[run]);
      return element("li", dot, text);
    }));
    this.note.textContent = note;
  }
}
