// The transport: to the start, play and pause, stop, where we are, the loop, click and tap, and how loud it is.

import { h, iconButton, setAttribute, setText, setValue } from "./dom.js";
import { icon } from "./icons.js";
import { Tap } from "./tap.js";

// What is shown of the lead sheet; pressed, each leads to its field.
const FIELDS = [["tempo", "#tempo input"], ["beats a bar", "#beats input:checked"], ["key", "#key input"], ["bars", "#bars input"]];

export class Transport {
  constructor(editor) {
    this.editor = editor;
    this.play = iconButton(icon("play"), "Play", () => editor.togglePlay(), { class: "play", id: "play" });
    this.place = h("output", { class: "place", "aria-label": "Position", "aria-live": "off" });
    this.loop = iconButton(icon("loop"), "Loop", () => this.commitLoop({ on: !editor.view.loop.on }), { class: "loop", id: "loop" });
    this.from = this.barField("First bar of the loop", (bar) => ({ start_bar: bar - 1 }));
    this.to = this.barField("Last bar of the loop", (bar) => ({ end_bar: bar }));
    this.click = h("button", { type: "button", class: "click", id: "click", text: "Click", "aria-label": "Metronome", title: "Metronome", "aria-pressed": "false", on: { click: () => this.flipClick() } });
    this.tap = new Tap(editor);
    this.sheet = h("div", { class: "sheet", role: "group", "aria-label": "Lead sheet" }, ...FIELDS.map(([word, field]) => h("button", { type: "button", title: `Change the ${word}`, on: { click: () => document.querySelector(field)?.focus() } })));
    this.level = h("div", { class: "level-bar" });
    this.node = h("div", { class: "transport", role: "group", "aria-label": "Transport" },
      iconButton(icon("start"), "To the start", () => editor.seek(0), { id: "to-start" }),
      this.play,
      iconButton(icon("stop"), "Stop", () => editor.stop(), { id: "stop" }),
      this.place,
      h("div", { class: "loop-group" }, this.loop, this.from, h("span", { text: "–" }), this.to),
      this.click, this.tap.node,
      this.sheet,
      h("div", { class: "level", title: "Level of the mix", "aria-hidden": "true" }, this.level));
  }

  barField(label, change) {
    const field = h("input", { type: "number", min: "1", step: "1", "aria-label": label, title: label, on: { change: () => this.commitLoop({ on: true, ...change(Number(field.value)) }) } });
    return field;
  }

  commitLoop(change) {
    const { on, start_bar, end_bar } = { ...this.editor.view.loop, ...change };
    this.editor.act("set_loop", { on, start_bar, end_bar });
  }

  /** Heard at once, also in the middle of a bar; it is no part of the session. */
  flipClick() {
    const { metronome } = this.editor.player;
    metronome.switch(!metronome.on);
    setAttribute(this.click, "aria-pressed", metronome.on);
  }

  /** The bars of the loop in its fields: as they are, or as a drag would have them. */
  showLoop({ start_bar, end_bar }) {
    setValue(this.from, start_bar + 1);
    setValue(this.to, end_bar);
  }

  render(view) {
    const { tempo_bpm, signature, bars } = view.grid;
    setAttribute(this.loop, "aria-pressed", view.loop.on);
    this.showLoop(view.loop);
    for (const field of [this.from, this.to]) field.max = bars;
    const parts = [`${Number(tempo_bpm.toFixed(2))} BPM`, signature, view.form.key || "no key", `${bars} ${bars === 1 ? "bar" : "bars"}`];
    parts.forEach((part, i) => {
      setText(this.sheet.children[i], part);
      setAttribute(this.sheet.children[i], "aria-label", `${part}: change the ${FIELDS[i][0]}`);
    });
  }

  /** On every frame while playing, and after each change. */
  tick(place) {
    const { player } = this.editor;
    if (this.wasPlaying !== player.playing) {
      this.wasPlaying = player.playing;
      this.play.replaceChildren(icon(player.playing ? "pause" : "play"));
      setAttribute(this.play, "aria-label", player.playing ? "Pause" : "Play");
      setAttribute(this.play, "title", player.playing ? "Pause" : "Play");
    }
    const minutes = Math.floor(place.time_s / 60);
    setText(this.place, `${place.bar}.${place.beat}  ${minutes}:${(place.time_s % 60).toFixed(1).padStart(4, "0")}`);
    const peak = player.peak();
    this.level.style.transform = `scaleX(${Math.min(1, Math.sqrt(peak))})`;
    this.level.classList.toggle("over", peak > 1);
  }
}
