// Light or dark, as the system says; paper is light.

export const dark = matchMedia("(prefers-color-scheme: dark)");
let paper = false;
export const onPaper = (now) => (paper = now);
export const theme = () => (dark.matches && !paper ? "dark" : "light");
// On paper each figure has a legend, for there the table of colours may be on another sheet.
export const legend = () => (paper ? "true" : "");
