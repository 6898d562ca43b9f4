// What is drawn in a lane: its waveform or its spectrogram, whichever the person chose for this lane in this browser.

import { h, iconButton, setAttribute } from "./dom.js";
import { icon } from "./icons.js";
import { Spectrogram } from "./spectrogram.js";
import { Waveform } from "./waveform.js";

const STORED_AS = "composer.spectrograms"; // names of the lanes that show one

function chosen() {
  try {
    return new Set(JSON.parse(localStorage.getItem(STORED_AS) ?? "[]"));
  } catch {
    return new Set();
  }
}

export class LanePicture {
  constructor(track, title) {
    this.track = track;
    this.node = h("div", { class: "picture" });
    this.button = iconButton(icon("spectrum"), `Spectrogram of ${title}`, () => this.show(!this.spectral), { class: "small spectrum" });
    this.words = "";
    this.show(chosen().has(track));
  }

  show(spectral) {
    this.spectral = spectral;
    const { last } = this.shown ?? {};
    this.shown = spectral ? new Spectrogram() : new Waveform();
    this.node.replaceChildren(this.shown.node);
    setAttribute(this.button, "aria-pressed", spectral);
    this.describe(this.words);
    this.shown.draw(last);
    const names = chosen();
    if (spectral) names.add(this.track);
    else names.delete(this.track);
    try {
      localStorage.setItem(STORED_AS, JSON.stringify([...names]));
    } catch { /* a browser that stores nothing shows waveforms again next time */ }
  }

  /** words: what a screen reader says behind "waveform, ". */
  describe(words) {
    this.words = words;
    this.shown.describe(words.replace("waveform", this.spectral ? "spectrogram" : "waveform"));
  }

  draw(view) {
    this.shown.draw(view);
  }

  recolour() {
    this.shown.recolour();
  }
}
