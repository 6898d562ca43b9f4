// The timeline: bar ruler with chords and loop, the four lanes beneath it, and the playhead over all of them.

import { h, setAttribute } from "./dom.js";
import { Lane } from "./lanes.js";
import { Highlight } from "./select.js";

const RATE = 48000;

export class Timeline {
  constructor(editor, tracks) {
    this.editor = editor;
    this.lanes = tracks.map((track) => new Lane(editor, track));
    this.bars = h("div", { class: "ruler-bars", "aria-hidden": "true" });
    this.loop = h("div", { class: "ruler-loop", "aria-hidden": "true" });
    this.ruler = h("div", { class: "ruler", role: "slider", tabindex: "0", "aria-label": "Playhead", "aria-valuemin": "0" }, this.loop, this.bars);
    this.head = h("div", { class: "playhead" });
    this.node = h("div", { class: "tracks" },
      h("div", { class: "ruler-row" }, h("div", { class: "lane-head ruler-head", text: "Bars" }), this.ruler),
      ...this.lanes.map((lane) => lane.node),
      h("div", { class: "overlay" }, this.head));
    this.highlight = new Highlight(editor, this.lanes);
    this.listen();
    new ResizeObserver(() => this.editor.view && this.lanes.forEach((lane) => lane.draw())).observe(this.node);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redrawSoon());
    new MutationObserver(() => this.redrawSoon()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  redrawSoon() {
    requestAnimationFrame(() => this.editor.view && this.lanes.forEach((lane) => lane.draw()));
  }

  listen() {
    const { editor } = this;
    let from = null;
    this.ruler.addEventListener("pointerdown", (event) => {
      from = this.fractionAt(event);
      this.ruler.setPointerCapture(event.pointerId);
    });
    this.ruler.addEventListener("pointermove", (event) => {
      if (from !== null && this.isDrag(from, event)) this.showLoop(this.barsBetween(from, this.fractionAt(event)), true);
    });
    this.ruler.addEventListener("pointerup", (event) => {
      if (from === null) return;
      if (this.isDrag(from, event)) editor.act("set_loop", { on: true, ...this.barsBetween(from, this.fractionAt(event)) });
      else editor.seek(from * editor.player.length);
      from = null;
    });
    for (const lane of this.lanes) lane.body.addEventListener("click", (event) => editor.seek(this.fractionAt(event) * editor.player.length));
  }

  fractionAt(event) {
    const box = this.ruler.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }

  isDrag(from, event) {
    return Math.abs(this.fractionAt(event) - from) * this.ruler.clientWidth > 6;
  }

  /** The whole bars that a drag from one fraction of the piece to another touches. */
  barsBetween(one, other) {
    const { bars } = this.editor.view.grid;
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    return { start_bar: Math.min(Math.floor(low * bars), bars - 1), end_bar: Math.max(1, Math.ceil(high * bars)) };
  }

  showLoop({ start_bar, end_bar }, on) {
    const { bars } = this.editor.view.grid;
    this.loop.style.left = `${(100 * start_bar) / bars}%`;
    this.loop.style.width = `${(100 * (end_bar - start_bar)) / bars}%`;
    this.loop.classList.toggle("on", on);
  }

  render(view) {
    this.renderRuler(view);
    this.showLoop(view.loop, view.loop.on);
    const audition = this.editor.auditioned();
    for (const lane of this.lanes) {
      const data = view.lanes.find((one) => one.track === lane.track);
      const heard = audition?.audio[lane.track];
      const composing = Boolean(view.job) && view.plan.change.includes(lane.track);
      lane.render(data, heard ?? data.take?.audio ?? null, heard ? `variation ${audition.variation}` : null, composing);
      lane.node.classList.toggle("selected", lane.track === this.editor.selected);
    }
    this.highlight.render();
    this.moveHead();
  }

  renderRuler(view) {
    const { bars, chords, beats_per_bar } = view.grid;
    const every = Math.max(1, Math.ceil((bars * 34) / Math.max(this.ruler.clientWidth, 300)));
    const numbers = Array.from({ length: bars }, (_, bar) => {
      const mark = h("span", { class: "bar-mark", style: `left:${(100 * bar) / bars}%` });
      if (bar % every === 0) mark.textContent = bar + 1;
      return mark;
    });
    const beats = bars * beats_per_bar;
    const names = chords.map(({ name, start_beat }) => h("span", { class: "chord-mark", style: `left:${(100 * start_beat) / beats}%`, text: name }));
    this.bars.replaceChildren(...numbers, ...(names.length <= 48 ? names : []));
    setAttribute(this.ruler, "aria-valuemax", beats);
  }

  /** Called on every frame while playing. */
  moveHead() {
    const { player, view } = this.editor;
    const position = Math.min(player.position, player.length);
    this.head.style.transform = `translateX(${(position / player.length) * this.ruler.clientWidth}px)`;
    const { beats_per_bar, bars } = view.grid;
    const beat = Math.min(Math.floor((position / player.length) * bars * beats_per_bar), bars * beats_per_bar - 1);
    setAttribute(this.ruler, "aria-valuenow", beat);
    setAttribute(this.ruler, "aria-valuetext", `bar ${Math.floor(beat / beats_per_bar) + 1} beat ${(beat % beats_per_bar) + 1}`);
    return { bar: Math.floor(beat / beats_per_bar) + 1, beat: (beat % beats_per_bar) + 1, time_s: position / RATE };
  }
}
