// What is done once for a reader: the browser keeps that it was, if it keeps anything.

// Whether it is the first time that this is asked; where nothing is kept it never is, or it would be always.
export function firstTime(key) {
  try {
    if (localStorage.getItem(key)) return false;
    localStorage.setItem(key, "1");
    return true;
  } catch {
    return false;
  }
}
