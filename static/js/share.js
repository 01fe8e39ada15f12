// The dialogue that hands a picture on: link, QR code, frame, teacher's link, code.

import { byId, make } from "./elements.js";
import { lang, say } from "./words.js";

const FRAME = { width: 720, height: 520 };

export class Share {
  // params(figure) gives the parameters of a figure that is embedded, rules() those of the runs of each
  // of several update rules, by its name: a script is of one.
  constructor(form, params, rules = () => []) {
    Object.assign(this, { form, params, rules });
    this.dialog = byId("share");
    document.querySelector("[data-share]").addEventListener("click", () => this.#open());
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("change", () => this.#fill());
    this.dialog.addEventListener("click", ({ target }) => {
      if (target === this.dialog) this.dialog.close(); // the backdrop
      if (target.dataset.copy) this.#copy(byId(target.dataset.copy));
    });
  }

  #open() {
    this.dialog.querySelector(".copied").textContent = "";
    this.#controls();
    this.#fill();
    this.dialog.showModal();
    this.asked ??= this.#others();
  }

  // At an address that nobody else can open: those that others can, from the server.
  async #others() {
    const place = this.dialog.querySelector("[data-alone]");
    const { loopback, addresses } = await (await fetch(place.dataset.alone)).json();
    place.hidden = !loopback;
    place.querySelector("[data-alone-so]").hidden = addresses.length > 0;
    place.querySelector("[data-alone-else]").hidden = !addresses.length;
    byId("share-address").replaceChildren(...addresses.map((address) => new Option(address)));
    this.#fill();
  }

  // A box for each control that a teacher may hide.
  #controls() {
    const place = this.dialog.querySelector("[data-hide]");
    const hidden = this.form.params("look").getAll("hide");
    const boxes = [...document.querySelectorAll("[data-control]")].map((control) => {
      const label = make("label");
      const box = make("input", { type: "checkbox", value: control.dataset.control });
      box.checked = hidden.includes(box.value);
      label.append(box, ` ${(control.querySelector("label, legend")?.firstChild.data ?? box.value).trim()}`);
      return label;
    });
    place.replaceChildren(place.querySelector("legend"), ...boxes);
  }

  #fill() {
    const params = this.form.params("run", "look");
    params.set("lang", lang);
    params.delete("hide");
    this.dialog.querySelectorAll("[data-hide] input:checked").forEach(({ value }) => params.append("hide", value));
    const origin = byId("share-address").value || location.origin;
    const link = `${origin}${location.pathname}?${params}`;
    byId("share-link").value = link;
    const picture = byId("share-qr");
    picture.src = `${picture.dataset.source}?${new URLSearchParams({ text: link })}`;
    const choice = byId("share-figure");
    const embedded = this.params(choice.value);
    embedded.set("lang", lang);
    const source = `${origin}${choice.dataset.embed.replace("FIGURE", choice.value)}?${embedded}`;
    const frame = make("iframe", { src: source, title: choice.selectedOptions[0].text, ...FRAME });
    frame.loading = "lazy";
    frame.style.border = "0";
    byId("share-embed").value = frame.outerHTML;
    this.dialog.querySelectorAll("[data-rule]").forEach((a) => a.remove());
    this.dialog.querySelectorAll("[data-library]").forEach((a) => {
      const address = `${a.closest("[data-code]").dataset.code}${a.dataset.library}?`;
      a.href = address + this.form.params("run");
      const rules = "ofAll" in a.dataset ? [] : this.rules();
      a.hidden = rules.length > 0;
      a.parentElement.append(...rules.map(([rule, run]) => {
        const alone = make("a", { href: address + run, download: "", textContent: `${say("labelled", { label: a.textContent, text: rule })} ` });
        alone.dataset.rule = rule;
        return alone;
      }));
    });
  }

  async #copy(field) {
    field.select();
    // Browsers refuse the clipboard where a page came without encryption.
    if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
    else document.execCommand("copy");
    this.dialog.querySelector(".copied").textContent = say("copied");
  }
}
