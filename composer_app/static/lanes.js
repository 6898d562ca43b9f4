// One lane: its name, mixer strip, the four states, its takes, its file, and the field its waveform is drawn in.

import { alignMenu } from "./align.js";
import { debounce, h, iconButton, setAttribute, setText, setValue } from "./dom.js";
import { icon } from "./icons.js";
import { LanePicture } from "./picture.js";
import { Regions } from "./regions.js";

const ROLES = [
  ["keep", "Keep", "comes back exactly as it is"],
  ["vary", "Vary", "is made anew from its present take"],
  ["generate", "Generate", "is made anew"],
  ["absent", "Off", "is left out: silent, and not heard by the model"],
];
const AUDIO_FILES = "audio/*,.wav,.flac,.mp3,.ogg,.opus,.aif,.aiff,.m4a,.aac,.webm";
const COMMIT_MS = 350;

export class Lane {
  constructor(editor, track) {
    this.editor = editor;
    this.track = track;
    this.title = track[0].toUpperCase() + track.slice(1);
    this.mix = { gain_db: 0, pan: 0, muted: false, soloed: false };
    this.touched = 0; // counts changes of the mixer strip that the program has not confirmed yet
    this.commitSoon = debounce((step) => this.commitMix(step), COMMIT_MS);
    this.wave = new LanePicture(track, this.title);
    this.head = this.buildHead();
    this.label = h("span", { class: "clip-name" });
    this.hint = h("div", { class: "lane-hint" });
    this.strip = h("div", { class: "lane-strip" }, this.wave.node); // as wide as the piece: what lies at a bar belongs in here
    this.body = h("div", { class: "lane-body" }, this.strip, this.label, this.hint);
    this.node = h("section", { class: "lane", "data-track": track, "aria-label": `${this.title} lane`, tabindex: "-1" }, this.head, this.body);
    this.node.addEventListener("pointerdown", () => editor.select(track));
    this.node.addEventListener("focusin", () => editor.select(track));
    this.regions = new Regions(editor, this);
    this.acceptDrops();
  }

  buildHead() {
    const { editor, track, title } = this;
    this.mute = this.toggle("M", `Mute ${title}`, "muted");
    this.solo = this.toggle("S", `Solo ${title}`, "soloed");
    this.gain = this.slider(`${title} gain`, -48, 6, 0.5, "gain_db", "Gain");
    this.pan = this.slider(`${title} pan`, -1, 1, 0.05, "pan", "Pan");
    [this.gainWords, this.panWords] = ["gain", "pan"].map((name) => h("span", { class: `fader-words ${name}-words`, "aria-hidden": "true" }));
    this.roles = ROLES.map(([role, word, meaning]) => {
      const button = iconButton(icon(role), `${title}: ${word}, ${meaning}`, () => editor.act("set_role", { track, role }), { class: `role role-${role}` });
      button.append(h("span", { text: word }));
      return button;
    });
    this.before = iconButton(icon("left"), `Take before, ${title}`, () => this.stepTake(-1), { class: "small take-before" });
    this.after = iconButton(icon("right"), `Next take, ${title}`, () => this.stepTake(1), { class: "small take-after" });
    this.count = h("span", { class: "take-count" });
    this.align = alignMenu(editor, track, title);
    this.input = h("input", { type: "file", accept: AUDIO_FILES, hidden: true, "aria-label": `File for ${title}`, on: { change: () => this.chooseFile() } });
    this.file = iconButton(icon("file"), `Put a file in ${title}`, () => this.input.click(), { class: "small file" });
    this.record = iconButton(icon("record"), `Record ${title}`, () => editor.recorder.toggle(track), { class: "small record" });
    return h("div", { class: "lane-head" },
      h("div", { class: "lane-row" }, h("span", { class: "lane-name", text: title }), this.mute, this.solo,
        h("span", { class: "fader" }, this.gain, this.gainWords), h("span", { class: "fader" }, this.pan, this.panWords)),
      h("div", { class: "lane-row roles", role: "group", "aria-label": `What happens to ${title}` }, ...this.roles),
      h("div", { class: "lane-row takes" }, h("span", { class: "stepper" }, this.before, this.count, this.after), this.align.node, this.wave.button, this.record, this.file, this.input));
  }

  toggle(letter, label, field) {
    return h("button", { type: "button", class: `toggle ${field}`, "aria-label": label, title: label, text: letter, on: { click: () => this.flip(field) } });
  }

  flip(field) {
    this.mix[field] = !this.mix[field];
    this.showMix();
    const word = { muted: ["Unmute", "Mute"], soloed: ["Unsolo", "Solo"] }[field][Number(this.mix[field])];
    this.touched += 1;
    this.commitMix(`${word} ${this.track}`);
  }

  /** Views that come meanwhile must not turn the strip back to what it was. */
  async commitMix(step) {
    const touched = this.touched;
    await this.editor.act("set_mix", { track: this.track, ...this.mix, step });
    if (this.touched === touched) this.touched = 0;
  }

  slider(label, min, max, step, field, word) {
    const input = h("input", { type: "range", class: field, min, max, step, "aria-label": label, on: {
      input: () => {
        this.mix[field] = Number(input.value);
        this.touched += 1;
        this.showMix();
        this.commitSoon(`${word} of ${this.track}`);
      },
      dblclick: () => {
        input.value = 0;
        input.dispatchEvent(new Event("input"));
      },
    } });
    return input;
  }

  stepTake(by) {
    this.editor.leaveAudition();
    this.editor.act("step_take", { track: this.track, by });
  }

  chooseFile() {
    if (this.input.files[0]) this.editor.upload(this.track, this.input.files[0]);
    this.input.value = "";
  }

  /** on: this lane is being recorded; some: one of the lanes is. */
  showRecording(on, some) {
    setAttribute(this.record, "aria-pressed", on);
    this.record.disabled = some && !on;
    this.node.classList.toggle("recording", on);
  }

  acceptDrops() {
    const mark = (on) => (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.node.classList.toggle("dropping", on);
    };
    for (const name of ["dragenter", "dragover"]) this.node.addEventListener(name, mark(true));
    this.node.addEventListener("dragleave", mark(false));
    this.node.addEventListener("drop", (event) => {
      mark(false)(event);
      if (event.dataTransfer.files[0]) this.editor.upload(this.track, event.dataTransfer.files[0]);
    });
  }

  /** lane: of the view; audio: name of what sounds, which is a variation's while one is auditioned. */
  render(lane, audio, auditioning, composing) {
    this.lane = lane;
    if (!this.touched) for (const field of Object.keys(this.mix)) this.mix[field] = lane[field];
    this.showMix();
    const mixed = lane.roles.length > 1; // the cells of the lane differ: each role that occurs is pressed in part
    ROLES.forEach(([role], i) => setAttribute(this.roles[i], "aria-pressed", mixed && lane.roles.includes(role) ? "mixed" : role === lane.role));
    setText(this.count, lane.takes ? `${lane.take_number} / ${lane.takes}` : "no takes");
    setAttribute(this.count, "aria-label", lane.takes ? `Take ${lane.take_number} of ${lane.takes}` : "No takes");
    this.before.disabled = lane.take_number <= 1;
    this.after.disabled = lane.take_number >= lane.takes;
    setText(this.label, auditioning ?? lane.take?.label ?? "");
    this.label.hidden = !this.label.textContent;
    this.align.render(lane, this.editor.view.grid);
    this.regions.render();
    this.node.dataset.role = lane.role;
    this.node.classList.toggle("auditioning", Boolean(auditioning));
    this.node.classList.toggle("composing", composing);
    setText(this.hint, composing ? "composing …" : audio ? "" : auditioning ? "silent here" : lane.role === "absent" ? "Off" : "Drop a file here, or press Generate");
    this.audio = audio;
    const heard = audio ? `waveform, ${lane.role_word}, take ${lane.take_number} of ${lane.takes}` : "no audio";
    this.wave.describe(`${this.title}: ${heard}`);
  }

  /** What is in view of the waveform; after each zoom, scroll and change. */
  draw() {
    const { timeline, view } = this.editor;
    const { total, scroll, width } = timeline.zoom;
    this.wave.draw({ audio: this.audio, grid: view.grid, total, scroll, width });
  }

  recolour() {
    this.wave.recolour();
  }

  showMix() {
    const { gain_db, pan, muted, soloed } = this.mix;
    setAttribute(this.mute, "aria-pressed", muted);
    setAttribute(this.solo, "aria-pressed", soloed);
    setValue(this.gain, gain_db);
    setValue(this.pan, pan);
    const db = gain_db <= -48 ? "silent" : `${gain_db > 0 ? "plus " : gain_db < 0 ? "minus " : ""}${Math.abs(gain_db)} decibels`;
    setAttribute(this.gain, "aria-valuetext", db);
    setAttribute(this.gain, "title", "Gain (double click: 0 dB)");
    setText(this.gainWords, gain_db <= -48 ? "silent" : `${gain_db < 0 ? "−" : gain_db > 0 ? "+" : ""}${Math.abs(gain_db).toFixed(1)} dB`);
    const share = Math.round(Math.abs(pan) * 100);
    setAttribute(this.pan, "aria-valuetext", share ? `${share} ${pan < 0 ? "left" : "right"}` : "centre");
    setAttribute(this.pan, "title", "Pan (double click: centre)");
    setText(this.panWords, share ? `${share} ${pan < 0 ? "L" : "R"}` : "centre");
    this.editor.applyMix();
  }
}
