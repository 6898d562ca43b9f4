// The selection in words and numbers: which bars of which lanes. Everything a drag selects can be typed and pressed here.

import { h, setAttribute, setValue } from "./dom.js";
import { endWords, readEnd, readStart, startWords } from "./places.js";

const HINT = "a bar (9), a beat of it (9.3) or hundredths of a beat (9.3.50)";

export class SelectionBar {
  constructor(editor, tracks) {
    this.editor = editor;
    this.from = this.field("First selected bar", () => this.commit("start"));
    this.to = this.field("Last selected bar", () => this.commit("end"));
    this.lanes = tracks.map((track) => {
      const title = track[0].toUpperCase() + track.slice(1);
      return h("button", { type: "button", class: "small segment", "data-lane": track, "aria-label": `Select in ${title}`, text: title, on: { click: () => this.flip(track) } });
    });
    this.loop = h("button", { type: "button", class: "small", id: "loop-selection", text: "Loop it", title: "Loop the selected bars", on: { click: () => this.loopIt() } });
    this.clear = h("button", { type: "button", class: "small", id: "clear-selection", text: "Clear", title: "Select nothing", on: { click: () => editor.select_span(null) } });
    this.node = h("div", { class: "selection-bar", role: "group", "aria-label": "Selection" },
      h("span", { class: "faint", text: "Bars" }), this.from, h("span", { class: "faint", text: "–" }), this.to,
      h("span", { class: "faint", text: "of" }), h("div", { class: "segments" }, ...this.lanes), this.loop, this.clear);
    editor.root.addEventListener("selection", () => this.show(editor.selection));
  }

  field(label, commit) {
    return h("input", { type: "text", class: "bar-place", inputmode: "decimal", autocomplete: "off", "aria-label": label, title: `${label}: ${HINT}`, placeholder: "–", on: {
      change: commit,
      keydown: (event) => event.key === "Enter" && event.target.blur(),
    } });
  }

  get grid() {
    return this.editor.view.grid;
  }

  commit(edge) {
    const { editor } = this;
    const { bars, beats_per_bar } = this.grid;
    const field = edge === "start" ? this.from : this.to;
    const beat = (edge === "start" ? readStart : readEnd)(field.value, beats_per_bar);
    if (beat === null || (edge === "start" ? beat >= bars * beats_per_bar : beat > bars * beats_per_bar)) {
      if (field.value.trim()) editor.strip.say(`Type ${HINT}, up to bar ${bars}.`, "refused");
      return this.show(editor.selection, true);
    }
    const { tracks, start_beat, end_beat } = editor.selection ?? { tracks: [editor.selected], start_beat: -1, end_beat: -1 };
    const barAfter = (Math.floor(beat / beats_per_bar) + 1) * beats_per_bar;
    const barBefore = (Math.ceil(beat / beats_per_bar) - 1) * beats_per_bar;
    const span = edge === "start" ? [beat, end_beat > beat ? end_beat : barAfter] : [start_beat >= 0 && start_beat < beat ? start_beat : barBefore, beat];
    editor.select_span({ tracks, start_beat: span[0], end_beat: span[1] });
    this.show(editor.selection, true);
  }

  /** A lane into the selection or out of it; without a selection, the whole lane. */
  flip(track) {
    const { editor } = this;
    const selection = editor.selection ?? { tracks: [], start_beat: 0, end_beat: this.grid.bars * this.grid.beats_per_bar };
    const tracks = selection.tracks.includes(track) ? selection.tracks.filter((one) => one !== track) : [...selection.tracks, track];
    editor.select_span({ ...selection, tracks });
  }

  loopIt() {
    const { selection, transport } = this.editor;
    const { beats_per_bar } = this.grid;
    transport.commitLoop({ on: true, start_bar: Math.floor(selection.start_beat / beats_per_bar), end_bar: Math.ceil(selection.end_beat / beats_per_bar) });
  }

  render() {
    this.show(this.editor.selection);
  }

  /** selection: what is selected, or what a drag is about to select. anyway: also in the field that is being edited. */
  show(selection, anyway = false) {
    const { beats_per_bar } = this.grid;
    const words = selection ? [startWords(selection.start_beat, beats_per_bar), endWords(selection.end_beat, beats_per_bar)] : ["", ""];
    [this.from, this.to].forEach((field, i) => (anyway ? (field.value = words[i]) : setValue(field, words[i])));
    for (const button of this.lanes) setAttribute(button, "aria-pressed", Boolean(selection?.tracks.includes(button.dataset.lane)));
    this.loop.disabled = this.clear.disabled = !selection;
    this.editor.timeline.zoom.near.disabled = !selection;
  }
}
