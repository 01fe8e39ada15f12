// Plotly, loaded once and beside everything else: the page reads and answers before it is there.

import { say } from "./words.js";

let loading;

export function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.plotly;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined; // another try may do better
      reject(new Error(say("unreachable")));
    };
    document.head.append(script);
  });
  return loading;
}
