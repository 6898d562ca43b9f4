// Regions of a lane: where it was split, and a handle for each region and for the selection to pick the audio up by.

import { h, setAttribute } from "./dom.js";
import { endWords, startWords } from "./places.js";

const DRAG_FROM = 4; // pixels

export class Regions {
  constructor(editor, lane) {
    this.editor = editor;
    this.lane = lane;
    this.node = h("div", { class: "regions", role: "group", "aria-label": `Regions of ${lane.title}` });
    lane.strip.append(this.node);
    editor.root.addEventListener("selection", () => this.render());
  }

  get grid() {
    return this.editor.view.grid;
  }

  /** The regions between the cuts, and the selection where it is none of them; each [start_beat, end_beat]. */
  spans() {
    const { cuts, take } = this.editor.view.lanes.find((lane) => lane.track === this.lane.track);
    const beats = this.grid.bars * this.grid.beats_per_bar;
    const edges = [0, ...cuts.filter((cut) => cut < beats), beats];
    const between = edges.length > 2 ? edges.slice(1).map((end, i) => [edges[i], end]) : [];
    const own = this.ownSelection();
    if (own && take && !between.some((span) => this.isSelected(span))) between.push(own);
    return between;
  }

  ownSelection() {
    const { selection } = this.editor;
    return selection?.tracks.includes(this.lane.track) ? [selection.start_beat, selection.end_beat] : null;
  }

  isSelected([start, end]) {
    const own = this.ownSelection();
    return Boolean(own) && Math.abs(own[0] - start) < 1e-3 && Math.abs(own[1] - end) < 1e-3;
  }

  /** Handles that are there already stay, so that focus and a drag are not lost. */
  render() {
    if (this.dragging || !this.editor.view) return;
    const spans = this.spans();
    const key = JSON.stringify([spans, this.grid.bars, this.grid.beats_per_bar]);
    if (key !== this.shown) {
      const focused = [...this.node.children].findIndex((one) => one.contains(document.activeElement));
      this.node.replaceChildren(...spans.map((span) => this.region(span)));
      this.node.children[focused]?.firstChild.focus({ preventScroll: true });
      this.shown = key;
    }
    this.node.hidden = !spans.length;
    spans.forEach((span, i) => setAttribute(this.node.children[i].firstChild, "aria-pressed", this.isSelected(span)));
  }

  region([start_beat, end_beat]) {
    const { bars, beats_per_bar } = this.grid;
    const part = (beat) => `${(100 * beat) / (bars * beats_per_bar)}%`;
    const words = `${this.lane.title}, bars ${startWords(start_beat, beats_per_bar)} to ${endWords(end_beat, beats_per_bar)}`;
    const span = { tracks: [this.lane.track], start_beat, end_beat };
    const handle = h("button", { type: "button", class: "region-handle", "aria-label": `${words}: select`, title: "Select; drag to move, with Ctrl to duplicate", on: { click: (event) => event.detail === 0 && this.editor.select_span(span) } });
    const node = h("div", { class: "region", style: `left:${part(start_beat)};width:${part(end_beat - start_beat)}` }, handle);
    this.listen(handle, node, span);
    return node;
  }

  /** A press selects the region; moved on from there it carries all that is selected with it, by the snap. */
  listen(handle, node, span) {
    const { editor } = this;
    let from = null;
    const by = (event) => {
      const { snap, zoom } = editor.timeline;
      const width = zoom.total;
      const beats = ((event.clientX - from) / width) * this.grid.bars * this.grid.beats_per_bar;
      const wanted = snap.round(span.start_beat + beats) - span.start_beat;
      return Math.max(-span.start_beat, Math.min(wanted, this.grid.bars * this.grid.beats_per_bar - span.end_beat));
    };
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      if (event.button !== 0) return;
      editor.select(this.lane.track);
      from = event.clientX;
      handle.setPointerCapture(event.pointerId);
      this.dragging = true;
      if (!this.isSelected([span.start_beat, span.end_beat])) editor.select_span(span);
    });
    handle.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const moved = Math.abs(event.clientX - from) >= DRAG_FROM ? by(event) : 0;
      node.style.transform = moved ? `translateX(${(moved / (this.grid.bars * this.grid.beats_per_bar)) * editor.timeline.zoom.total}px)` : "";
      node.classList.toggle("carried", Boolean(moved));
    });
    const end = (event) => {
      if (from === null) return;
      const moved = event.type === "pointerup" && Math.abs(event.clientX - from) >= DRAG_FROM ? by(event) : 0;
      from = null;
      this.dragging = false;
      node.style.transform = "";
      node.classList.remove("carried");
      this.render();
      if (moved) editor.editBar.place(event.ctrlKey || event.metaKey ? "duplicate" : "move", editor.selection.start_beat + moved);
    };
    for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, end);
    handle.addEventListener("click", (event) => event.stopPropagation()); // it is not a click on the lane, which seeks
  }
}
