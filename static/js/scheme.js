// Light or dark, as the reader has chosen it: set before anything is painted, so that nothing flashes.
// A script of its own that holds the page up for a moment; a browser that keeps nothing follows the system.

(() => {
  const read = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is refused
    }
  };
  if (["light", "dark"].includes(read())) document.documentElement.dataset.theme = read();
})();
