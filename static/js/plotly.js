// Plotly, started once, when what can be read has been painted: starting it holds everything up.
// Everyone who waits for it gets a turn of the browser's own, so that nothing is held up for long.

import { say } from "./words.js";

const PATIENCE_MS = 100; // a page in the background is never painted

let loading;

export async function plotly() {
  loading ??= painted().then(start);
  await loading;
  return new Promise((resolve) => setTimeout(() => resolve(window.Plotly)));
}

function painted() {
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

function start() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.plotly;
    script.onload = resolve;
    script.onerror = () => {
      loading = undefined; // another try may do better
      reject(new Error(say("unreachable")));
    };
    document.head.append(script);
  });
}
