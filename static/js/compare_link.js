// The link to the page that compares: it takes what the form holds along, as A.

import { pick } from "./page.js";

export function leadTo(link, form) {
  const aim = () => {
    const look = form.params("look");
    link.search = new URLSearchParams([...form.params("run"), ...pick(look, ["axis", "lang"])]);
  };
  for (const type of ["pointerdown", "focus", "click"]) link.addEventListener(type, aim);
}
