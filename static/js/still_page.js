// A figure as a file of its own that needs no script: its picture, its words and its data.

import { make } from "./elements.js";
import { lang, say } from "./words.js";

const STYLE = `
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; }
figure { margin: 0; } figure > div { overflow-x: auto; } small { opacity: .8; }
svg { max-width: 100%; min-width: 36rem; height: auto; }
pre { max-height: 60vh; overflow: auto; }
`;

// HTML of a picture as SVG, its caption, what it was made from, and its data as CSV; in the page's colours.
export function stillPage({ title, svg, caption, made, csv }) {
  const { head, body, documentElement } = document.implementation.createHTMLDocument(title);
  const { backgroundColor, color } = getComputedStyle(document.body);
  documentElement.lang = lang;
  const encoding = make("meta");
  encoding.setAttribute("charset", "utf-8");
  head.prepend(encoding, make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }));
  head.append(make("style", { textContent: `${STYLE}body { background: ${backgroundColor}; color: ${color}; }` }));
  const picture = make("div", { innerHTML: svg });
  picture.firstElementChild.setAttribute("role", "img");
  picture.firstElementChild.setAttribute("aria-label", title);
  const words = make("figcaption");
  const provenance = make("p");
  provenance.append(make("small", { textContent: made }));
  words.append(make("p", { textContent: caption }), provenance);
  const figure = make("figure");
  figure.append(picture, words);
  const data = make("details");
  data.append(make("summary", { textContent: say("data_as_csv") }), make("pre", { textContent: csv }));
  body.append(figure, data);
  return `<!doctype html>${documentElement.outerHTML}\n`;
}
