// Tap tempo: press the button on the beat; from the fourth tap on its median goes into the tempo field.

import { h, setText } from "./dom.js";

const LEAST_TAPS = 4;
const PAUSE_MS = 2000; // after which a new tapping begins
const SETTLED_MS = 1300; // after the last tap the tempo is taken

/** Beats a minute of taps at these times, or null for too few of them: the median is left cold by one missed tap. */
export function tappedTempo(times_ms) {
  if (times_ms.length < LEAST_TAPS) return null;
  const gaps = times_ms.slice(1).map((time, i) => time - times_ms[i]).sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  const gap_ms = gaps.length % 2 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
  return Math.round(600_000 / gap_ms) / 10;
}

export class Tap {
  constructor(editor) {
    this.editor = editor;
    this.times_ms = [];
    this.node = h("button", { type: "button", id: "tap", text: "Tap", "aria-label": "Tap the tempo", title: "Tap the tempo: four times or more, on the beat", on: {
      pointerdown: (event) => event.button === 0 && this.tap(event.timeStamp),
      click: (event) => event.detail === 0 && this.tap(event.timeStamp), // by keyboard
    } });
  }

  tap(time_ms) {
    if (time_ms - this.times_ms.at(-1) > PAUSE_MS) this.times_ms = [];
    this.times_ms.push(time_ms);
    setText(this.node, String(tappedTempo(this.times_ms) ?? "·".repeat(this.times_ms.length)));
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLED_MS);
  }

  settle() {
    const tempo_bpm = tappedTempo(this.times_ms);
    this.times_ms = [];
    setText(this.node, "Tap");
    if (tempo_bpm) this.editor.act("set_form", { form: { tempo_bpm } });
    else this.editor.strip.say(`Tap at least ${LEAST_TAPS} times, on the beat.`, "told");
  }
}
