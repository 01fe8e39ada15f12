// What the page says, in its language: the server's texts, with names filled in.

const texts = JSON.parse(document.body.dataset.words);

export const lang = document.documentElement.lang;

export const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

export const say = (name, values = {}) => put(texts[name], values);

export const sentences = (parts) => parts.filter(Boolean).reduce((one, another) => one ? say("sentences", { one, another }) : another, "");

export const listed = (parts) => parts.reduce((one, another) => say("listed", { one, another }));
