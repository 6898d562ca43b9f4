// The chord lane: the chords of every bar under the ruler, typed in place; and over it the guide that plays them.

import { h, setAttribute } from "./dom.js";
import { Proposals } from "./proposals.js";

export class ChordLane {
  constructor(editor) {
    this.editor = editor;
    this.cells = [];
    this.editing = null; // {bar, field} while a bar is typed in
    this.at = 0; // the bar that Tab comes to
    this.strip = h("div", { class: "chord-strip", role: "row" });
    this.body = h("div", { class: "chord-body", role: "grid", "aria-label": "Chords", on: {
      click: (event) => this.onClick(event),
      keydown: (event) => this.onKey(event),
    } }, this.strip);
    this.proposals = new Proposals(editor);
    this.guide = h("button", { type: "button", class: "small toggle-guide", id: "guide", text: "Guide", "aria-pressed": "false",
      title: "Guide: hear the chords and a click while playing. For your ears only, never exported.", on: { click: () => this.toggleGuide() } });
    this.level = h("input", { type: "range", class: "guide-level", min: "0", max: "1", step: "0.05", "aria-label": "Level of the guide", title: "Level of the guide", on: { input: () => this.setLevel() } });
    this.level.value = editor.player.guide.level;
    this.node = h("div", { class: "ruler-row chord-row" },
      h("div", { class: "lane-head ruler-head" }, h("span", { text: "Chords" }), this.proposals.node, h("span", { class: "spacer" }), this.guide, this.level), this.body);
    this.showGuide();
  }

  render(view) {
    const { bars } = view.grid;
    if (this.cells.length !== bars) this.build(bars);
    const chords = view.chord_lane.bars;
    this.cells.forEach((cell, bar) => {
      const words = (chords[bar] ?? []).join(" ");
      setAttribute(cell, "aria-label", `Bar ${bar + 1}: ${words || "no chord"}`);
      setAttribute(cell, "title", `Bar ${bar + 1}: ${words || "no chord"}. Click to type its chords.`);
      if (this.editing?.bar !== bar) this.show(cell, chords[bar] ?? []);
    });
    this.body.classList.toggle("none", !chords.length);
    this.proposals.render(view);
    if (!this.proposals.heard) this.editor.player.guide.setChords(view.chord_lane.spans);
  }

  build(bars) {
    this.editing = null;
    this.at = Math.min(this.at, bars - 1);
    this.cells = Array.from({ length: bars }, (_, bar) => h("div", { class: "chord-cell", role: "gridcell", tabindex: bar === this.at ? "0" : "-1", "data-bar": bar }));
    for (const cell of this.cells) cell.style.width = `${100 / bars}%`;
    this.strip.replaceChildren(...this.cells);
  }

  /** Each chord where it begins; one that is held within the bar is written once. */
  show(cell, chords) {
    const words = chords.join(" ");
    if (cell.dataset.chords === words && !cell.querySelector("input")) return;
    cell.dataset.chords = words;
    const changes = chords.map((name, i) => ({ name, i })).filter(({ name, i }) => i === 0 || chords[i - 1] !== name);
    cell.replaceChildren(...changes.map(({ name, i }, n) => {
      const mark = h("span", { class: "chord-name", text: name });
      mark.style.flexGrow = (changes[n + 1]?.i ?? chords.length) - i;
      return mark;
    }));
  }

  reach(bar, focus) {
    const wanted = Math.min(Math.max(bar, 0), this.cells.length - 1);
    this.cells[this.at]?.setAttribute("tabindex", "-1");
    this.at = wanted;
    this.cells[wanted].setAttribute("tabindex", "0");
    if (!focus) return;
    this.cells[wanted].focus({ preventScroll: true });
    this.editor.timeline.zoom.reveal(wanted * this.editor.view.grid.beats_per_bar);
  }

  onClick(event) {
    const cell = event.target.closest(".chord-cell");
    if (cell && !event.target.closest("input")) this.edit(Number(cell.dataset.bar));
  }

  onKey(event) {
    if (this.editing) return;
    const move = { ArrowLeft: () => this.at - 1, ArrowRight: () => this.at + 1, Home: () => 0, End: () => this.cells.length - 1 }[event.key];
    if (move) this.reach(move(), true);
    else if (["Enter", "F2", " "].includes(event.key)) this.edit(this.at);
    else if (["Delete", "Backspace"].includes(event.key)) this.commit(this.at, "");
    else return;
    event.preventDefault();
  }

  edit(bar, typed = null) {
    if (this.editing?.bar === bar) return;
    this.reach(bar, true);
    const before = (this.editor.view.chord_lane.bars[bar] ?? []).join(" ");
    const field = h("input", { type: "text", class: "chord-field", "aria-label": `Chords of bar ${bar + 1}`, spellcheck: "false", autocomplete: "off", placeholder: "Am F", on: {
      keydown: (event) => this.onFieldKey(event),
      blur: () => this.leave(true),
    } });
    field.value = typed ?? before;
    field.before = before;
    this.editing = { bar, field };
    this.cells[bar].replaceChildren(field);
    field.focus({ preventScroll: true });
    if (typed === null) field.select();
    else setAttribute(field, "aria-invalid", true);
  }

  onFieldKey(event) {
    const { bar } = this.editing;
    const next = { Enter: bar, Escape: bar, Tab: bar + (event.shiftKey ? -1 : 1) }[event.key];
    if (next === undefined || event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Tab" && !this.cells[next]) return; // out of the lane, as anywhere
    event.preventDefault();
    const taken = this.leave(event.key !== "Escape");
    this.reach(next, true);
    if (event.key === "Tab") taken.then((done) => done && this.edit(next));
  }

  /** Close the field; promises whether what was typed could be used. */
  async leave(take) {
    if (!this.editing) return true;
    const { bar, field } = this.editing;
    this.editing = null;
    const typed = field.value;
    this.cells[bar].dataset.chords = "";
    this.show(this.cells[bar], this.editor.view.chord_lane.bars[bar] ?? []);
    return take && typed.trim() !== field.before ? this.commit(bar, typed) : true;
  }

  /** What was refused is given back to be corrected. */
  async commit(bar, text) {
    const view = await this.editor.act("set_bar_chords", { bar, text });
    const refused = !view || (view.message.serial === view.serial && view.message.kind === "refused");
    if (refused && text.trim() && !this.editing) this.edit(bar, text);
    return !refused;
  }

  toggleGuide() {
    const { guide } = this.editor.player;
    guide.switch(!guide.on);
    this.showGuide();
    const chords = this.editor.view.chord_lane.bars.length ? "the chords and a click" : "a click; with chords in the lane it plays those too";
    this.editor.strip.say(guide.on ? `The guide plays ${chords}. It is for your ears only: no export holds it.` : "The guide is off.", "told");
  }

  showGuide() {
    const { on } = this.editor.player.guide;
    setAttribute(this.guide, "aria-pressed", on);
    this.level.disabled = !on;
  }

  setLevel() {
    this.editor.player.guide.setLevel(Number(this.level.value));
    setAttribute(this.level, "aria-valuetext", `${Math.round(this.level.value * 100)} percent`);
  }
}
