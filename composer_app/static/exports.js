// The export dialog: which part of the piece, then what to make of it. Choosing starts it.

import { openDialog } from "./dialog.js";
import { h } from "./dom.js";

export function openExports(editor) {
  const { loop, grid, exports } = editor.view;
  const { selection } = editor;
  const bars = (first, last) => (first === last ? `bar ${first}` : `bars ${first}–${last}`);
  const choices = [
    ["all", `The whole piece, ${bars(1, grid.bars)}`, true],
    ["loop", `The loop, ${bars(loop.start_bar + 1, loop.end_bar)}`, true],
    ["selection", selection ? `The selection, ${spanWords(selection, grid)}` : "The selection: nothing is selected", Boolean(selection)],
  ];
  const radios = choices.map(([value, words, there]) => h("label", { class: "check" },
    h("input", { type: "radio", name: "export-range", value, checked: value === "all", disabled: !there }), words));
  const start = (kind) => {
    const range = dialog.querySelector("input[name=export-range]:checked").value;
    dialog.close();
    editor.strip.say("Exporting …", "told");
    editor.act("export", { kind, range, selection: editor.selection });
  };
  const groups = exports.map(({ title, words, kinds }) => h("section", {}, h("h3", { text: title }), h("p", { class: "faint", text: words }),
    h("div", { class: "export-kinds" }, ...kinds.map(([kind, name]) => h("button", { type: "button", "data-export": kind, "aria-label": `${title}: ${name}`, text: name, on: { click: () => start(kind) } })))));
  const part = h("fieldset", { class: "export-range" }, h("legend", { text: "Part" }), ...radios);
  const level = h("p", { class: "faint", text: `Mix: ${editor.loudness.figures.textContent}. Nothing is normalised or limited; stems sum to the mix.` });
  const dialog = openDialog(editor.root, "Export", h("div", {}, part, ...groups, level), { class: "export-dialog" });
  dialog.querySelector("[data-export=wav]").focus();
}

function spanWords({ start_beat, end_beat }, { beats_per_bar }) {
  const at = (beat) => `${Math.floor(beat / beats_per_bar) + 1}.${Number(((beat % beats_per_bar) + 1).toFixed(2))}`;
  return `from ${at(start_beat)} up to ${at(end_beat)}`;
}
