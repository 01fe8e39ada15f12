// Light or dark, as the system says; paper is light.

export const dark = matchMedia("(prefers-color-scheme: dark)");
let paper = false;
export const onPaper = (now) => (paper = now);
export const theme = () => (dark.matches && !paper ? "dark" : "light");
// Paper has no table of colours beside it.
export const legend = () => (paper ? "true" : "");
