// What the server refused, said beside the controls that it came from.

export function showErrors(errors) {
  document.querySelectorAll("[data-error-for]").forEach((line) => {
    const mine = errors.filter((error) => error.parameter === line.dataset.errorFor);
    line.hidden = mine.length === 0;
    line.textContent = [...new Set(mine.map((error) => error.message))].join(" ");
    if (mine.length) line.closest("details")?.setAttribute("open", "");
  });
  for (const input of document.querySelectorAll("[aria-describedby]")) {
    const bad = errors.some((error) => `error-${error.parameter}` === input.getAttribute("aria-describedby"));
    input.toggleAttribute("aria-invalid", bad);
  }
}
