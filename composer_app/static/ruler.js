// The ruler: numbers of bars and beats, the playhead as a slider, and the loop with its two handles.

import { h, setAttribute } from "./dom.js";

const LABEL_PX = 36; // room of a bar's number
const BEAT_PX = 46; // room of a beat's number
const DRAG_PX = 6; // what moves less is a click

export class Ruler {
  constructor(editor) {
    this.editor = editor;
    this.marks = h("div", { class: "ruler-marks", "aria-hidden": "true" });
    this.handles = ["start", "end"].map((edge) => h("div", { class: `loop-handle ${edge}`, "data-edge": edge }));
    this.loop = h("div", { class: "ruler-loop", "aria-hidden": "true" }, ...this.handles);
    this.strip = h("div", { class: "ruler-strip" }, this.loop, this.marks);
    this.node = h("div", { class: "ruler", role: "slider", tabindex: "0", "aria-label": "Playhead", "aria-valuemin": "0" }, this.strip);
    this.listen();
  }

  get zoom() {
    return this.editor.timeline.zoom;
  }

  listen() {
    const { editor, node } = this;
    let press = null; // {x, bar: of the press, edge: of the handle that was taken}
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      press = { x: event.clientX, bar: this.barAt(event), edge: event.target.dataset?.edge };
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (press && this.isDrag(press, event)) this.showLoop({ on: true, ...this.dragged(press, event) });
    });
    node.addEventListener("pointerup", (event) => {
      if (!press) return;
      if (this.isDrag(press, event)) editor.transport.commitLoop({ on: true, ...this.dragged(press, event) });
      else if (!press.edge) editor.seekBeat(this.zoom.beatAt(event.clientX));
      press = null;
    });
    node.addEventListener("pointercancel", () => {
      press = null;
      this.showLoop(editor.view.loop);
    });
  }

  isDrag(press, event) {
    return Math.abs(event.clientX - press.x) > DRAG_PX;
  }

  /** The place in bars, fractional. */
  barAt(event) {
    return this.zoom.beatAt(event.clientX) / this.editor.view.grid.beats_per_bar;
  }

  /** The whole bars that a drag touches; of a handle, the loop with this edge at the nearest bar line. */
  dragged({ bar, edge }, event) {
    const { bars } = this.editor.view.grid;
    const { start_bar, end_bar } = this.editor.view.loop;
    const here = this.barAt(event);
    if (edge === "start") return { start_bar: Math.min(Math.round(here), end_bar - 1), end_bar };
    if (edge === "end") return { start_bar, end_bar: Math.max(Math.round(here), start_bar + 1) };
    const [low, high] = [Math.min(bar, here), Math.max(bar, here)];
    return { start_bar: Math.min(Math.floor(low), bars - 1), end_bar: Math.max(1, Math.ceil(high)) };
  }

  /** On the ruler and, in numbers, in the fields of the transport. */
  showLoop({ on, start_bar, end_bar }) {
    const { bars } = this.editor.view.grid;
    this.loop.style.left = `${(100 * start_bar) / bars}%`;
    this.loop.style.width = `${(100 * (end_bar - start_bar)) / bars}%`;
    this.loop.classList.toggle("on", on);
    this.editor.transport.showLoop({ start_bar, end_bar });
  }

  render(view) {
    this.drawn = null;
    this.showLoop(view.loop);
    setAttribute(this.node, "aria-valuemax", view.grid.bars * view.grid.beats_per_bar);
    this.draw();
  }

  /** The marks around what is in view; what was drawn for this zoom stays as long as the view lies inside of it. */
  draw() {
    const { zoom } = this;
    const { total, width, scroll } = zoom;
    const { drawn } = this;
    if (drawn && drawn.total === total && drawn.width === width && drawn.from <= scroll && scroll + width <= drawn.to) return;
    const [from, to] = [scroll - width, scroll + 2 * width];
    this.drawn = { total, width, from: Math.max(from, 0), to: Math.min(to, total) };
    const { bars, beats_per_bar } = this.editor.view.grid;
    const [bar_px, beat_px] = [total / bars, total / bars / beats_per_bar];
    const every = nice(LABEL_PX / bar_px);
    const first = Math.max(0, Math.floor(from / bar_px / every) * every);
    const marks = [];
    for (let bar = first; bar < bars && bar * bar_px <= to; bar += every) {
      marks.push(this.mark("bar-mark", bar / bars, String(bar + 1)));
      if (beat_px < BEAT_PX) continue;
      for (let beat = 1; beat < beats_per_bar; beat++) marks.push(this.mark("beat-mark", (bar + beat / beats_per_bar) / bars, `${bar + 1}.${beat + 1}`));
    }
    this.marks.replaceChildren(...marks);
  }

  mark(kind, share, text) {
    return h("span", { class: kind, style: `left:${100 * share}%`, text });
  }

  /** Where the playhead is, for those who do not see it. */
  tell(beat) {
    const { beats_per_bar } = this.editor.view.grid;
    setAttribute(this.node, "aria-valuenow", beat);
    setAttribute(this.node, "aria-valuetext", `bar ${Math.floor(beat / beats_per_bar) + 1} beat ${(beat % beats_per_bar) + 1}`);
  }
}

/** The next of 1, 2, 4, 8, 16 ... bars between two numbers. */
function nice(least) {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least)));
}
