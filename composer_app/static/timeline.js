// The timeline: the ruler, the chords and the lanes beneath it, the playhead over all of them, and one zoom for all.

import { ChordLane } from "./chord_lane.js";
import { h } from "./dom.js";
import { Lane } from "./lanes.js";
import { Ruler } from "./ruler.js";
import { Selecting } from "./select.js";
import { Snap } from "./snap.js";
import { RATE } from "./buffers.js";
import { Zoom } from "./zoom.js";

export class Timeline {
  constructor(editor, tracks) {
    this.editor = editor;
    this.lanes = tracks.map((track) => new Lane(editor, track));
    this.ruler = new Ruler(editor);
    this.chords = new ChordLane(editor);
    this.snap = new Snap(editor);
    this.zoom = new Zoom(editor, this.ruler.node, [this.ruler.strip, this.chords.strip, ...this.lanes.map((lane) => lane.strip)], () => this.draw());
    this.selecting = new Selecting(editor, this.lanes, this.zoom, this.snap);
    this.head = h("div", { class: "playhead" });
    this.node = h("div", { class: "tracks" },
      h("div", { class: "ruler-row" }, h("div", { class: "lane-head ruler-head", text: "Bars" }), this.ruler.node),
      this.chords.node,
      ...this.lanes.map((lane) => lane.node),
      h("div", { class: "overlay" }, this.head),
      h("div", { class: "scroll-row" }, this.zoom.scroller));
    for (const surface of [this.ruler.node, this.chords.body, ...this.lanes.map((lane) => lane.body)]) {
      surface.addEventListener("wheel", (event) => editor.view && this.zoom.onWheel(event), { passive: false });
    }
    new ResizeObserver(() => this.editor.view && this.zoom.layout()).observe(this.ruler.node);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redrawSoon());
    new MutationObserver(() => this.redrawSoon()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  redrawSoon() {
    requestAnimationFrame(() => this.editor.view && this.lanes.forEach((lane) => lane.recolour()));
  }

  render(view) {
    const { shown } = this.editor.audition;
    for (const lane of this.lanes) {
      const data = view.lanes.find((one) => one.track === lane.track);
      const replaced = shown && lane.track in shown.audio;
      const composing = Boolean(view.job) && view.plan.change.includes(lane.track);
      lane.render(data, replaced ? shown.audio[lane.track] : data.take?.audio ?? null, replaced ? shown.label : null, composing);
      lane.node.classList.toggle("selected", lane.track === this.editor.selected);
    }
    this.selecting.render();
    this.ruler.render(view);
    this.chords.render(view);
    this.zoom.layout();
  }

  /** What is in view of the ruler and of the waveforms; after each zoom and scroll. */
  draw() {
    this.ruler.draw();
    for (const lane of this.lanes) lane.draw();
    this.moveHead();
  }

  /** Called on every frame while playing. */
  moveHead() {
    const { player, view } = this.editor;
    const { beats_per_bar, bars } = view.grid;
    const place = this.editor.playheadBeat();
    if (player.playing) this.zoom.follow(place);
    this.head.style.transform = `translateX(${this.zoom.xOf(place)}px)`;
    const beat = Math.min(Math.floor(place), bars * beats_per_bar - 1);
    this.ruler.tell(beat);
    return { bar: Math.floor(beat / beats_per_bar) + 1, beat: (beat % beats_per_bar) + 1, time_s: Math.min(player.position, player.length) / RATE };
  }
}
