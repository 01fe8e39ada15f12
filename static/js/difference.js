// What differs between two pictures, in words, of the parameters that the server took for each.

import { say } from "./words.js";

const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// `pair` knows titles, texts of values, and which parameter is meant to differ.
export function difference(pair, [a, b]) {
  const names = Object.keys(a).filter((name) => !equal(a[name], b[name]));
  if (!names.length) return say("nothing_differs", { name: pair.title(pair.change) });
  const tell = (name) => ({ name: pair.title(name), a: pair.text(name, a[name]), b: pair.text(name, b[name]) });
  const first = names.includes(pair.change) ? pair.change : names[0];
  const others = names.filter((name) => name !== first);
  const clauses = others.map((name) => say("differs_too", tell(name)));
  const more = clauses.length ? clauses.reduce((one, another) => say("clauses", { one, another })) : "";
  const said = more ? say("differs", { ...tell(first), others: more }) : say("only_differs", tell(first));
  const another = colours(a, b);
  return another ? say("sentences", { one: said, another }) : said;
}

// Colours are batch sizes, from 1 to all examples: said where those differ.
function colours(a, b) {
  if (!equal(a.examples, b.examples)) return say("colours_of_examples");
  return equal(a.batch_size, b.batch_size) ? "" : say("colours_of_sizes");
}

// Which of two runs ends first, in a unit: the other one is played on.
export function resting([a, b], unit, format) {
  if (a === b) return "";
  const [first, last] = a < b ? ["A", "B"] : ["B", "A"];
  return say("rests", { first, last, unit, end: format(Math.min(a, b)), later: format(Math.max(a, b)) });
}
