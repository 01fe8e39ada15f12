// A sheet for the class: what its page needs on a screen.

import { head } from "./head.js";

head();
const button = document.querySelector("[data-print]");
button.hidden = false; // without scripts the browser's menu prints
button.addEventListener("click", () => print());
