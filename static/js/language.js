// The other languages' links lead to the same picture.

for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", () => {
    const params = new URLSearchParams(location.search);
    params.set("lang", link.dataset.language);
    link.search = params;
    link.hash = location.hash;
  });
}
