// Align: where beat 1 of a lane's audio lies and at which tempo it runs, shown in words and corrected in place.

import { h, menu, setValue } from "./dom.js";

const NUDGES_MS = [-10, -1, 1, 10];

/** {node, render(lane, grid)}: shown for uploads and recordings, and for any lane that runs at another tempo than the session. */
export function alignMenu(editor, track, title) {
  let present = { tempo_bpm: 120, first_beat_s: 0, stretch: false };
  const words = h("span", { class: "align-words" });
  const summary = h("summary", { class: "chip", "aria-label": `Align ${title}`, title: "Tempo and first beat of this file" }, words);
  const correct = (changes) => editor.act("align", { track, ...present, ...changes });
  const button = (text, label, changes) => h("button", { type: "button", class: "small", text, "aria-label": label, on: { click: () => correct(changes()) } });

  const tempo = h("input", { type: "number", step: "0.01", min: "40", max: "220", "aria-label": `Tempo of the ${title} file in BPM`, on: { change: () => correct({ tempo_bpm: Number(tempo.value) }) } });
  const first = h("input", { type: "number", step: "0.001", "aria-label": `First beat of the ${title} file in seconds`, on: { change: () => correct({ first_beat_s: Number(first.value) }) } });
  const stretch = h("input", { type: "checkbox", on: { change: () => correct({ stretch: stretch.checked }) } });
  const nudges = NUDGES_MS.map((ms) => {
    const text = `${ms > 0 ? "+" : "−"}${Math.abs(ms)} ms`;
    return button(text, `Move the first beat by ${ms} milliseconds`, () => ({ first_beat_s: present.first_beat_s + ms / 1000 }));
  });
  const by = h("input", { type: "number", step: "0.1", value: "0", "aria-label": `Milliseconds to move the ${title} audio by, earlier if below 0` });
  const later = (ms) => ({ first_beat_s: present.first_beat_s - ms / 1000 });
  by.addEventListener("keydown", (event) => event.key === "Enter" && correct(later(Number(by.value))));
  const beat = (count) => later((count * 60_000) / present.tempo_bpm);
  const adopt = h("button", { type: "button", class: "framed", text: "Set the session to this tempo", on: { click: () => editor.act("adopt_tempo", { track }) } });
  const panel = h("div", { class: "popover align-panel" },
    h("div", { class: "align-row" }, h("label", {}, "Tempo ", tempo, " BPM"),
      button("½×", "Half the tempo", () => ({ tempo_bpm: present.tempo_bpm / 2 })),
      button("2×", "Twice the tempo", () => ({ tempo_bpm: present.tempo_bpm * 2 }))),
    h("div", { class: "align-row" }, h("label", {}, "Beat 1 at ", first, " s"), ...nudges),
    h("div", { class: "align-row" }, h("label", {}, "Move by ", by, " ms"),
      button("Move", "Move the audio by the typed milliseconds", () => later(Number(by.value))),
      button("1 beat earlier", "Move the audio one beat earlier", () => beat(-1)),
      button("1 beat later", "Move the audio one beat later", () => beat(1))),
    h("label", { class: "align-row" }, stretch, " Stretch to the session's tempo"),
    adopt);
  const node = menu(summary, panel, { class: "align" });

  function render(lane, grid) {
    const take = lane.take;
    const offTempo = take && Math.abs(take.alignment.tempo_bpm - grid.tempo_bpm) >= 0.05;
    node.hidden = !take || !(["upload", "recorded"].includes(take.kind) || offTempo);
    if (node.hidden) return;
    present = take.alignment;
    if (words.textContent !== take.alignment_words) words.replaceChildren(...take.alignment_words.split(/(?<=,) /u).flatMap((part) => [h("span", { text: part }), " "]).slice(0, -1));
    summary.classList.toggle("off-tempo", Boolean(offTempo && !present.stretch));
    setValue(tempo, present.tempo_bpm);
    setValue(first, present.first_beat_s.toFixed(3));
    stretch.checked = present.stretch;
  }
  return { node, render };
}
