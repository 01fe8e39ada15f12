// The followed run as a log, told on the page of a reader's own run.

import { askText, send } from "./api.js";

// `query(names)` gives the parameters of those names; onProblem(error) hears of what is refused.
export function logRun(button, api, query, onProblem) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const log = await askText(api, "network/log", query(button.dataset.asks.split(" ")));
      const { link } = await send(api, "logged", log, {});
      location.assign(link);
    } catch (error) {
      onProblem(error);
    } finally {
      button.disabled = false;
    }
  });
}
