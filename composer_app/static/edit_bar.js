// The edit bar: what can be done by hand to the selected bars. Each edit is a take of its own; the one before stays.

import { h, iconButton, menu } from "./dom.js";
import { icon } from "./icons.js";
import { readStart, startWords } from "./places.js";

const HINT = "Drag over a lane, or type the bars above, to split, trim, move, fade or delete them by hand.";

export class EditBar {
  constructor(editor) {
    this.editor = editor;
    this.hint = h("span", { class: "faint", text: HINT });
    this.buttons = h("div", { class: "edit-buttons" },
      this.button("split", "Split", "Split the lanes at both ends of the selection", () => this.split()),
      this.button("trim", "Trim", "Silence all but the selection", () => this.edit("trim")),
      this.button("delete", "Delete", "Silence the selection", () => this.edit("delete")),
      this.button("close", "Delete and close", "Take the selection out; what follows moves up", () => this.edit("close")),
      this.button("duplicate", "Duplicate", "The selection once more, right behind it", () => this.duplicate()),
      h("span", { class: "stepper", role: "group", "aria-label": "Move by the snap" },
        iconButton(icon("left"), "Move earlier by the snap", () => this.nudge(-1), { class: "small", "data-edit": "earlier" }),
        h("span", { class: "faint", text: "Move" }),
        iconButton(icon("right"), "Move later by the snap", () => this.nudge(1), { class: "small", "data-edit": "later" })),
      this.fadeMenu(), this.gainMenu(), this.placeMenu());
    this.node = h("div", { class: "edit-bar", role: "group", "aria-label": "Edit the selection" }, this.hint, this.buttons);
    editor.root.addEventListener("selection", () => this.show());
  }

  button(name, text, title, onClick) {
    return h("button", { type: "button", class: "small", "data-edit": name, text, title, on: { click: onClick } });
  }

  fadeMenu() {
    this.length = h("input", { type: "number", min: "0.01", step: "0.25", "aria-label": "Length of the fade in beats; empty for the whole selection", placeholder: "all" });
    this.curve = h("select", { "aria-label": "Curve of the fade" }, h("option", { value: "equal power", text: "Equal power" }), h("option", { value: "linear", text: "Linear" }));
    const fade = (name) => () => this.edit(name, { length_beats: this.length.value ? Number(this.length.value) : null, curve: this.curve.value });
    return this.popover("Fade",
      h("div", { class: "align-row" }, h("label", {}, "Over ", this.length, " beats"), this.curve),
      h("div", { class: "align-row" },
        this.button("fade_in", "Fade in", "From silence at the start of the selection", fade("fade_in")),
        this.button("fade_out", "Fade out", "To silence at the end of the selection", fade("fade_out"))));
  }

  gainMenu() {
    const typed = h("input", { type: "number", min: "-60", max: "24", step: "0.5", value: "-3", "aria-label": "Gain of the selection in decibels" });
    const apply = () => this.edit("gain", { gain_db: Number(typed.value) });
    typed.addEventListener("keydown", (event) => event.key === "Enter" && apply());
    return this.popover("Gain", h("div", { class: "align-row" }, h("label", {}, typed, " dB"), this.button("gain", "Apply", "Make the selection louder or softer", apply)));
  }

  placeMenu() {
    this.to = h("input", { type: "text", class: "bar-place", inputmode: "decimal", autocomplete: "off", "aria-label": "Place to move or duplicate the selection to", title: "A bar (9), a beat of it (9.3) or hundredths of a beat (9.3.50)" });
    const placed = (name) => () => {
      const beat = readStart(this.to.value, this.editor.view.grid.beats_per_bar);
      if (beat === null) return this.editor.strip.say(`“${this.to.value}” is not a place. ${this.to.title}.`, "refused");
      return this.place(name, beat);
    };
    return this.popover("More",
      h("div", { class: "align-row" }, h("label", {}, "To bar ", this.to),
        this.button("move_to", "Move there", "Move the selection to this place", placed("move")),
        this.button("duplicate_to", "Duplicate there", "The selection once more at this place", placed("duplicate"))),
      h("div", { class: "align-row" },
        this.button("reverse", "Reverse", "The selection backwards", () => this.edit("reverse")),
        this.button("join", "Join regions", "Take away the cuts of the selection", () => this.join())));
  }

  popover(word, ...rows) {
    return menu(h("summary", { class: "small" }, word, icon("down")), h("div", { class: "popover edit-panel" }, ...rows), { class: "edit-menu" });
  }

  render(view) {
    if (view.selected && view.serial !== this.followed) {
      this.followed = view.serial;
      this.editor.select_span(view.selected);
    }
    this.show();
  }

  show() {
    const { selection, view } = this.editor;
    this.hint.hidden = Boolean(selection);
    this.buttons.hidden = !selection;
    if (selection && document.activeElement !== this.to) this.to.value = startWords(selection.start_beat, view.grid.beats_per_bar);
  }

  /** Any edit of what is selected. */
  edit(name, values = {}) {
    const { editor } = this;
    if (!editor.selection) return editor.strip.say("Nothing is selected. Drag over a lane, or type the bars.", "refused");
    editor.leaveAudition();
    return editor.act("edit", { edit: name, selection: editor.selection, ...values });
  }

  /** Move or duplicate the selection to a beat. */
  place(name, to_beat) {
    return this.edit(name, { to_beat });
  }

  duplicate() {
    if (this.editor.selection) this.place("duplicate", this.editor.selection.end_beat);
    else this.edit("duplicate");
  }

  /** Earlier (-1) or later (1) by the snap. */
  nudge(direction) {
    const { selection, timeline } = this.editor;
    this.place("move", selection.start_beat + direction * timeline.snap.beats);
  }

  /** Whether keys that a browser has its own use for are meant for the selection. */
  hasFocus() {
    const focused = document.activeElement;
    return Boolean(this.editor.selection) && (focused === document.body || this.editor.root.contains(focused));
  }

  /** At both ends of the selection, or where the playhead is. */
  split() {
    const { editor } = this;
    editor.act("split", { selection: editor.selection, track: editor.selected, beat: editor.playheadBeat() });
  }

  join() {
    this.editor.act("join", { selection: this.editor.selection });
  }
}
