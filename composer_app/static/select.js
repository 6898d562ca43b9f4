// What is selected, drawn over its lanes.

import { h } from "./dom.js";

export class Highlight {
  constructor(editor, lanes) {
    this.editor = editor;
    this.spans = new Map(lanes.map((lane) => [lane.track, h("div", { class: "selected-span", hidden: true })]));
    for (const lane of lanes) lane.strip.append(this.spans.get(lane.track));
    editor.root.addEventListener("selection", () => this.render());
  }

  render() {
    const { selection, view } = this.editor;
    const beats = view.grid.bars * view.grid.beats_per_bar;
    for (const [track, span] of this.spans) {
      span.hidden = !selection?.tracks.includes(track);
      if (span.hidden) continue;
      span.style.left = `${(100 * selection.start_beat) / beats}%`;
      span.style.width = `${(100 * (selection.end_beat - selection.start_beat)) / beats}%`;
    }
  }
}
