// Snap: whether what is dragged or marked falls on bars, on beats, or anywhere.

import { h, setAttribute } from "./dom.js";

const UNITS = [["bar", "Bar"], ["beat", "Beat"], ["off", "Off"]];
const FREE_STEPS = 100; // of a beat; what is typed can be as fine

export class Snap {
  constructor(editor) {
    this.editor = editor;
    this.unit = "bar";
    this.before = "bar"; // what the key brings back
    this.buttons = UNITS.map(([unit, word]) => h("button", { type: "button", class: "small segment", text: word, "aria-label": `Snap to ${unit === "off" ? "nothing" : `${unit}s`}`, on: { click: () => this.choose(unit) } }));
    this.node = h("div", { class: "segments snap", role: "group", "aria-label": "Snap" }, h("span", { class: "faint", text: "Snap" }), ...this.buttons);
    this.choose("bar");
  }

  choose(unit) {
    if (unit !== "off") this.before = unit;
    this.unit = unit;
    UNITS.forEach(([one], i) => setAttribute(this.buttons[i], "aria-pressed", one === unit));
  }

  toggle() {
    this.choose(this.unit === "off" ? this.before : "off");
  }

  get beats() {
    return { bar: this.editor.view.grid.beats_per_bar, beat: 1, off: 1 / FREE_STEPS }[this.unit];
  }

  /** A beat brought to the grid: the line before it, behind it, or the nearest. */
  floor = (beat) => this.on(Math.floor(beat / this.beats + 1e-6));
  ceil = (beat) => this.on(Math.ceil(beat / this.beats - 1e-6));
  round = (beat) => this.on(Math.round(beat / this.beats));

  on(count) {
    return this.unit === "off" ? count / FREE_STEPS : count * this.beats;
  }
}
