// What the page says, in its language: the server's texts, with names filled in.

const texts = JSON.parse(document.body.dataset.words);

export const lang = document.documentElement.lang;

export const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

export const say = (name, values = {}) => put(texts[name], values);
