// Zoom and scroll: how many pixels a beat is wide and which part of the piece is in view; ruler and lanes move as one.

import { h, iconButton, setAttribute } from "./dom.js";
import { icon } from "./icons.js";

const CLOSEST = 480; // pixels a beat
const STEP = 1.6; // of one press of + or −
const WHEEL = 0.0022; // of the logarithm of the scale, for each pixel of the wheel
const MARGIN = 0.04; // of the width, around what is zoomed to
const BEHIND = 0.08; // of the width, left of a playhead that the view follows

export class Zoom {
  /** strips: elements as wide as the piece. frame: what shows a part of them. changed: called after each change. */
  constructor(editor, frame, strips, changed) {
    Object.assign(this, { editor, frame, strips, changed });
    this.wanted = null; // pixels a beat; null: the whole piece fits
    this.scroll = 0; // pixels of the strips that lie left of the view
    this.followed = false; // whether the playhead was in view after the last scrolling
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.spacer = h("div", {});
    this.scroller = h("div", { class: "scroll-x", role: "group", tabindex: "-1", "aria-label": "Scroll the lanes" }, this.spacer);
    this.scroller.addEventListener("scroll", () => this.move(this.scroller.scrollLeft));
    this.out = iconButton(icon("minus"), "Zoom out", () => this.step(-1), { class: "small", id: "zoom-out" });
    this.whole = h("button", { type: "button", class: "small", id: "zoom-fit", text: "Fit", title: "Show the whole piece", "aria-label": "Show the whole piece", on: { click: () => this.fit() } });
    this.near = h("button", { type: "button", class: "small", id: "zoom-selection", text: "Selection", title: "Zoom to the selection", "aria-label": "Zoom to the selection", on: { click: () => this.toSelection() } });
    this.into = iconButton(icon("plus"), "Zoom in", () => this.step(1), { class: "small", id: "zoom-in" });
    this.node = h("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, h("span", { class: "faint", text: "Zoom" }), this.out, this.into, this.whole, this.near);
  }

  get width() {
    return Math.max(1, this.frame.clientWidth);
  }

  get beats() {
    return this.editor.view.grid.bars * this.editor.view.grid.beats_per_bar;
  }

  /** Width of the whole piece in pixels. */
  get total() {
    return this.wanted === null ? this.width : Math.max(this.width, Math.round(this.wanted * this.beats));
  }

  /** The beat under a place on the screen, inside the piece. */
  beatAt(clientX) {
    const x = clientX - this.frame.getBoundingClientRect().left + this.scroll;
    return Math.min(Math.max(x / this.total, 0), 1) * this.beats;
  }

  /** Pixels from the left edge of the view. */
  xOf(beat) {
    return (beat / this.beats) * this.total - this.scroll;
  }

  /** One press of + (1) or − (-1). */
  step(direction) {
    this.by(STEP ** direction);
  }

  by(factor, anchor = this.anchor()) {
    const beat = ((anchor + this.scroll) / this.total) * this.beats;
    this.scale((this.total / this.beats) * factor);
    this.layout((beat / this.beats) * this.total - anchor);
  }

  /** What stays where it is: the playhead if it can be seen, else the middle. */
  anchor() {
    const beat = this.editor.playheadBeat();
    return this.sees(beat) ? this.xOf(beat) : this.width / 2;
  }

  scale(wanted) {
    this.wanted = Math.min(wanted, Math.max(CLOSEST, this.width / this.beats));
    if (this.wanted * this.beats <= this.width + 0.5) this.wanted = null;
  }

  fit() {
    this.wanted = null;
    this.layout(0);
  }

  show(start_beat, end_beat) {
    const room = this.width * (1 - 2 * MARGIN);
    this.scale(room / (end_beat - start_beat));
    const middle = ((start_beat + end_beat) / 2 / this.beats) * this.total;
    this.layout(middle - this.width / 2);
  }

  toSelection() {
    const { selection } = this.editor;
    if (selection) this.show(selection.start_beat, selection.end_beat);
  }

  /** Put the strips at their width, and the view at a place. */
  layout(scroll = this.scroll) {
    const { total } = this;
    const fits = total <= this.width;
    for (const { style } of this.strips) {
      style.width = fits ? "100%" : `${total}px`;
      style.willChange = fits ? "auto" : "transform"; // scrolling then moves what is painted and paints nothing anew
    }
    this.spacer.style.width = fits ? "100%" : `${total}px`;
    this.out.disabled = this.whole.disabled = fits;
    this.into.disabled = total / this.beats >= CLOSEST - 0.01;
    setAttribute(this.scroller, "data-fits", fits);
    this.scroller.scrollLeft = scroll;
    this.move(fits ? 0 : this.scroller.scrollLeft);
  }

  move(scroll) {
    this.scroll = scroll;
    for (const strip of this.strips) strip.style.transform = scroll ? `translateX(${-scroll}px)` : "";
    this.followed = this.sees(this.editor.playheadBeat());
    this.changed();
  }

  sees(beat) {
    const x = this.xOf(beat);
    return x >= 0 && x <= this.width;
  }

  scrollBy(pixels) {
    this.scroller.scrollLeft += pixels;
    if (this.scroller.scrollLeft !== this.scroll) this.move(this.scroller.scrollLeft);
  }

  /** Bring a beat into view, with a little of the music before it at the left. */
  reveal(beat) {
    if (!this.sees(beat)) this.scrollBy(this.xOf(beat) - BEHIND * this.width);
  }

  /** On every frame while playing: turn the page when the playhead runs out of view; not when it was scrolled out of it. */
  follow(beat) {
    if (this.sees(beat)) this.followed = true;
    else if (this.followed && !this.still.matches) this.reveal(beat);
  }

  /** The wheel over ruler and lanes: with Ctrl (and a pinch, which comes as that) zoom, sideways or with Shift scroll. */
  onWheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const x = event.clientX - this.frame.getBoundingClientRect().left;
      return this.by(Math.exp(-event.deltaY * WHEEL), Math.min(Math.max(x, 0), this.width));
    }
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    if (!sideways || this.total <= this.width) return;
    event.preventDefault();
    this.scrollBy(sideways);
  }
}
