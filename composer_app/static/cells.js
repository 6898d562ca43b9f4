// The cell grid: sections x lanes, each cell Keep, Vary or Generate. A click turns a cell to the next; arrows walk.

import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";

const WORDS = { keep: "Keep", vary: "Vary", generate: "Generate", absent: "Off", mixed: "Mixed" };
const NEXT = { keep: "vary", vary: "generate", generate: "keep", absent: "keep", mixed: "keep" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class CellGrid {
  constructor(editor, tracks) {
    this.editor = editor;
    this.tracks = tracks;
    this.sent = 0; // choices that the program has not answered yet; until then the page shows them
    this.place = [1, 1]; // row and column of the one button that Tab reaches; 0 are the heads
    this.grid = h("div", { class: "cells", role: "grid", "aria-label": "Cells: what happens to each lane in each section" });
    this.grid.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.addEventListener("focusin", (event) => this.onFocus(event));
    this.node = h("section", { class: "cells-panel", "aria-label": "Cell grid", hidden: true }, this.grid);
  }

  /** One section says no more than the lanes do; the grid is there from the second on. */
  render(view) {
    const { sections, rows } = view.cells;
    this.node.hidden = sections.length < 2;
    if (this.node.hidden || this.sent) return;
    this.cells = rows.map((row) => [...row.cells]);
    this.sounding = rows.map((row) => row.sounding);
    this.sections = sections;
    if (this.grid.children.length !== rows.length + 1 || this.grid.firstChild.children.length !== sections.length + 1) this.build();
    this.paint();
  }

  build() {
    const { tracks, sections } = this;
    const hint = h("div", { role: "columnheader", class: "cells-hint", text: "Generate makes all marked cells together" });
    this.heads = sections.map((_, i) => h("button", { type: "button", class: "cell-head", on: { click: () => this.setColumn(i) } }, h("span", {}), h("small", {})));
    this.lanes = tracks.map((track, row) => h("button", { type: "button", class: "cell-lane", "data-title": titled(track), on: { click: () => this.setLane(row) } }));
    this.buttons = tracks.map((_, row) => sections.map((_, i) => h("button", { type: "button", class: "cell", on: { click: () => this.setCell(row, i) } })));
    this.grid.replaceChildren(
      h("div", { role: "row", class: "cells-row" }, hint, ...this.heads.map((head) => h("div", { role: "columnheader" }, head))),
      ...tracks.map((track, row) => h("div", { role: "row", class: "cells-row", "data-track": track },
        h("div", { role: "rowheader" }, this.lanes[row]),
        ...this.buttons[row].map((button) => h("div", { role: "gridcell" }, button)))));
    this.matrix = [[null, ...this.heads], ...tracks.map((_, row) => [this.lanes[row], ...this.buttons[row]])];
    this.place = [Math.min(this.place[0], tracks.length), Math.min(this.place[1], sections.length)];
  }

  paint() {
    this.grid.style.setProperty("--columns", this.sections.map(({ bars }) => `minmax(92px, ${bars}fr)`).join(" "));
    this.sections.forEach(({ name, bars, start_bar }, i) => {
      setText(this.heads[i].firstChild, name);
      setText(this.heads[i].lastChild, bars > 1 ? `${start_bar + 1}–${start_bar + bars}` : `${start_bar + 1}`);
      const all = this.ofColumn(i);
      setAttribute(this.heads[i], "aria-label", `${name}, all lanes: ${WORDS[all]}. Press for ${WORDS[this.nextOfColumn(i)]}`);
    });
    this.tracks.forEach((track, row) => {
      const title = titled(track);
      const all = common(this.cells[row]);
      show(this.lanes[row], all, WORDS[all]);
      setAttribute(this.lanes[row], "aria-label", `${title}, all sections: ${WORDS[all]}. Press for ${WORDS[this.nextOfLane(row)]}`);
      this.sections.forEach(({ name }, i) => {
        const role = this.cells[row][i];
        const silent = role === "keep" && !this.sounding[row];
        show(this.buttons[row][i], role, silent ? "Silent" : WORDS[role]);
        const turn = role === "absent" ? "The whole lane is off" : `Press for ${WORDS[this.next(row, role)]}`;
        setAttribute(this.buttons[row][i], "aria-label", `${title}, ${name}: ${silent ? "Silent" : WORDS[role]}. ${turn}`);
      });
    });
    this.matrix.flat().forEach((button) => button && setAttribute(button, "tabindex", button === this.at(...this.place) ? 0 : -1));
  }

  /** A lane without audio has nothing to vary. */
  next(row, role) {
    return NEXT[role] === "vary" && !this.sounding[row] ? "generate" : NEXT[role];
  }

  /** Only a whole lane can be Off; without audio it is that or made anew. */
  nextOfLane(row) {
    const role = common(this.cells[row]);
    if (role === "generate") return "absent";
    return this.sounding[row] ? NEXT[role] : "generate";
  }

  nextOfColumn(i) {
    const role = NEXT[this.ofColumn(i)];
    return role === "vary" && !this.sounding.some(Boolean) ? "generate" : role;
  }

  /** What happens in one section to all lanes that are not Off. */
  ofColumn(i) {
    return common(this.cells.map((row) => row[i]).filter((role) => role !== "absent"));
  }

  setCell(row, i) {
    const role = this.next(row, this.cells[row][i]);
    if (this.cells[row][i] !== "absent") this.cells[row][i] = role;
    this.send("set_cell", { track: this.tracks[row], section: i, role });
  }

  setColumn(i) {
    const role = this.nextOfColumn(i);
    this.cells.forEach((cells, row) => { if (cells[i] !== "absent" && (role !== "vary" || this.sounding[row])) cells[i] = role; });
    this.send("set_column", { section: i, role });
  }

  setLane(row) {
    const role = this.nextOfLane(row);
    this.cells[row].fill(role);
    this.send("set_role", { track: this.tracks[row], role });
  }

  async send(action, values) {
    this.paint();
    this.sent += 1;
    await this.editor.act(action, values);
    this.sent -= 1;
    this.render(this.editor.view);
  }

  at(row, column) {
    return this.matrix[row]?.[column] ?? null;
  }

  onKey(event) {
    const [row, column] = this.place;
    const step = STEPS[event.key];
    const ends = { Home: [row, row ? 0 : 1], End: [row, this.sections.length] };
    const to = step ? [row + step[0], column + step[1]] : ends[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.at(...to)?.focus();
  }

  onFocus(event) {
    const button = event.target.closest("button");
    const row = this.matrix.findIndex((line) => line.includes(button));
    if (row < 0) return;
    setAttribute(this.at(...this.place), "tabindex", -1);
    this.place = [row, this.matrix[row].indexOf(button)];
    setAttribute(button, "tabindex", 0);
  }
}

/** In the lanes in which different things happen: which bars will be made. */
export class CellMarks {
  constructor(editor, lanes) {
    this.editor = editor;
    this.layers = new Map(lanes.map((lane) => [lane.track, h("div", { class: "cell-marks", "aria-hidden": "true" })]));
    for (const lane of lanes) lane.strip.append(this.layers.get(lane.track));
  }

  render(view) {
    const { sections, rows } = view.cells;
    const { bars } = view.grid;
    for (const { track, cells } of rows) {
      const marked = sections.filter((_, i) => common(cells) === "mixed" && cells[i] !== "keep");
      const spans = marked.map((section) => h("div", { class: "cell-mark", style: `left:${(100 * section.start_bar) / bars}%;width:${(100 * section.bars) / bars}%` }));
      this.layers.get(track).replaceChildren(...spans);
    }
  }
}

/** The role that all have, or "mixed". */
function common(roles) {
  return new Set(roles).size === 1 ? roles[0] : "mixed";
}

function titled(track) {
  return track[0].toUpperCase() + track.slice(1);
}

function show(button, role, word) {
  if (button.dataset.role === role && button.lastChild?.textContent === word) return;
  button.dataset.role = role;
  button.replaceChildren(icon(role), h("span", { text: word }));
}
