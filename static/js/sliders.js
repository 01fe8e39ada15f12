// Logarithmic sliders, each beside the number that it moves.

import { byId } from "./elements.js";
import { put } from "./inputs.js";

// A slider stands where its number is. One in hand is left alone, for a step of it may be less than
// one of its number.
export function placeSliders(form) {
  for (const slider of form.querySelectorAll("[data-slider-of]:not(:focus)")) {
    const { low, high, sliderOf } = slider.dataset;
    const share = Math.log(byId(sliderOf).value / low) / Math.log(high / low);
    slider.value = Math.round(slider.max * share);
  }
}

// The number follows its slider.
export function slide(slider) {
  const { low, high, sliderOf } = slider.dataset;
  const value = low * (high / low) ** (slider.value / slider.max);
  const input = byId(sliderOf);
  put(input, String(input.step === "1" ? Math.round(value) : Number(value.toPrecision(2))));
}
