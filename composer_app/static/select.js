// Selecting bars: by dragging over the lanes, with Shift more of them; by the keys at the playhead; and how it is drawn.

import { h } from "./dom.js";

const DRAG_PX = 4; // what moves less is a click
const OTHERS = "button, input, summary, select, a, [role=slider], [data-drag]"; // they have a use for the pointer themselves
const SCROLL_PX = 24; // of each move beyond the edge of the view

export class Selecting {
  constructor(editor, lanes, zoom, snap) {
    Object.assign(this, { editor, lanes, zoom, snap });
    this.press = null; // {x, beat, lane: index, from: what was selected before} while a button is held
    this.draft = null; // what a drag would select
    this.spans = new Map(lanes.map((lane) => [lane.track, h("div", { class: "selected-span", hidden: true })]));
    for (const lane of lanes) lane.strip.append(this.spans.get(lane.track));
    lanes.forEach((lane, index) => this.listen(lane.body, index));
    editor.root.addEventListener("selection", () => this.render());
  }

  listen(body, lane) {
    const { editor } = this;
    body.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest(OTHERS)) return;
      this.press = { x: event.clientX, beat: this.zoom.beatAt(event.clientX), lane, from: event.shiftKey ? editor.selection : null };
      body.setPointerCapture(event.pointerId);
    });
    body.addEventListener("pointermove", (event) => {
      if (!this.press || (!this.draft && Math.abs(event.clientX - this.press.x) <= DRAG_PX && this.laneAt(event.clientY) === lane)) return;
      this.scrollAtEdge(event.clientX);
      this.show(this.dragged(event));
    });
    body.addEventListener("pointerup", (event) => {
      if (!this.press) return;
      const { draft, press } = this;
      this.leave();
      if (draft) editor.select_span(draft);
      else if (press.from) editor.select_span(this.reaching(press.from, press.beat, [lane]));
      else editor.seekBeat(press.beat);
    });
    body.addEventListener("pointercancel", () => this.leave());
  }

  laneAt(clientY) {
    const below = this.lanes.findIndex((lane) => clientY < lane.body.getBoundingClientRect().bottom);
    return below < 0 ? this.lanes.length - 1 : below;
  }

  scrollAtEdge(clientX) {
    const { left, right } = this.zoom.frame.getBoundingClientRect();
    if (clientX < left) this.zoom.scrollBy(-SCROLL_PX);
    if (clientX > right) this.zoom.scrollBy(SCROLL_PX);
  }

  /** From where the button went down to where the pointer is: all beats and lanes that lie between. */
  dragged(event) {
    const { beat, lane, from } = this.press;
    const other = this.laneAt(event.clientY);
    const lanes = this.lanes.map((_, i) => i).filter((i) => i >= Math.min(lane, other) && i <= Math.max(lane, other));
    const here = this.zoom.beatAt(event.clientX);
    const span = this.span(lanes, Math.min(beat, here), Math.max(beat, here));
    return from ? this.joined(from, span) : span;
  }

  span(lanes, low, high) {
    const start_beat = this.snap.floor(low);
    const end_beat = Math.max(this.snap.ceil(high), start_beat + this.snap.beats);
    return { tracks: lanes.map((i) => this.lanes[i].track), start_beat, end_beat: Math.min(end_beat, this.zoom.beats) };
  }

  /** What was selected, grown to a beat of other lanes. */
  reaching(selection, beat, lanes) {
    return this.joined(selection, this.span(lanes, beat, beat));
  }

  joined(one, other) {
    return {
      tracks: [...new Set([...one.tracks, ...other.tracks])],
      start_beat: Math.min(one.start_beat, other.start_beat),
      end_beat: Math.max(one.end_beat, other.end_beat),
    };
  }

  leave() {
    this.press = null;
    this.show(null);
  }

  show(draft) {
    this.draft = draft;
    this.render();
    this.editor.selectionBar.show(draft ?? this.editor.selection);
  }

  /** Esc: leave a drag as if it had not begun, or else clear what is selected. */
  clear() {
    if (this.press) this.leave();
    else this.editor.select_span(null);
  }

  /** The start or the end at the playhead, in the lanes that are selected or in the chosen one. */
  mark(edge) {
    const { editor } = this;
    const tracks = editor.selection?.tracks ?? [editor.selected];
    const { start_beat = 0, end_beat = this.zoom.beats } = editor.selection ?? {};
    const beat = this.snap.round(editor.playheadBeat());
    const span = edge === "start" ? [beat, end_beat > beat ? end_beat : this.zoom.beats] : [start_beat < beat ? start_beat : 0, beat];
    if (span[0] < span[1]) editor.select_span({ tracks, start_beat: span[0], end_beat: span[1] });
  }

  render() {
    const selection = this.draft ?? this.editor.selection;
    const { beats } = this.zoom;
    for (const [track, span] of this.spans) {
      span.hidden = !selection?.tracks.includes(track);
      if (span.hidden) continue;
      span.style.left = `${(100 * selection.start_beat) / beats}%`;
      span.style.width = `${(100 * (selection.end_beat - selection.start_beat)) / beats}%`;
    }
  }
}
