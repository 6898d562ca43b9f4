// The one table of keys: what each does, in words. The ? sheet, `aria-keyshortcuts` and the listener all read it.
//
// keys: the first one is shown, the others do the same. Modifiers stand before the key: "Ctrl+Shift+Z" (on a Mac Ctrl is ⌘).
//   A symbol is named as it is typed ("?", "+"), whatever it takes to type it.
// control: a selector of what a screen reader shall know the key of.
// inFields: works while a field is being typed in.   own: "press" or "arrows": left to the focused control that uses it itself.

export const COMMANDS = [
  { id: "play", group: "Play", keys: ["Space"], own: "press", control: "#play", words: "play or pause", run: (editor) => editor.togglePlay() },
  { id: "stop", group: "Play", keys: ["Enter", "."], own: "press", control: "#stop", words: "stop and return to the start", run: (editor) => editor.stop() },
  { id: "start", group: "Play", keys: ["Home"], own: "arrows", control: "#to-start", words: "to the start", run: (editor) => editor.seek(0) },
  { id: "end", group: "Play", keys: ["End"], own: "arrows", words: "to the end", run: (editor) => editor.seek(editor.player.length) },
  { id: "beat-back", group: "Play", keys: ["ArrowLeft"], own: "arrows", words: "one beat back", run: (editor) => editor.seekBy(-1, false) },
  { id: "beat-on", group: "Play", keys: ["ArrowRight"], own: "arrows", words: "one beat on", run: (editor) => editor.seekBy(1, false) },
  { id: "bar-back", group: "Play", keys: ["Shift+ArrowLeft"], own: "arrows", words: "one bar back", run: (editor) => editor.seekBy(-1, true) },
  { id: "bar-on", group: "Play", keys: ["Shift+ArrowRight"], own: "arrows", words: "one bar on", run: (editor) => editor.seekBy(1, true) },
  { id: "loop", group: "Play", keys: ["L"], control: "#loop", words: "loop on or off", run: (editor) => editor.transport.commitLoop({ on: !editor.view.loop.on }) },
  { id: "guide", group: "Play", keys: ["G"], control: "#guide", words: "guide: hear the chords and a click", run: (editor) => editor.timeline.chords.toggleGuide() },
  { id: "click", group: "Play", keys: ["K"], control: "#click", words: "metronome on or off", run: (editor) => editor.transport.flipClick() },

  { id: "lane-up", group: "Lanes", keys: ["ArrowUp"], own: "arrows", words: "the lane above", run: (editor) => editor.selectBy(-1) },
  { id: "lane-down", group: "Lanes", keys: ["ArrowDown"], own: "arrows", words: "the lane below", run: (editor) => editor.selectBy(1) },
  { id: "mute", group: "Lanes", keys: ["M"], control: ".lane .toggle.muted", words: "mute the chosen lane", run: (editor) => editor.selectedLane().flip("muted") },
  { id: "solo", group: "Lanes", keys: ["S"], control: ".lane .toggle.soloed", words: "solo the chosen lane", run: (editor) => editor.selectedLane().flip("soloed") },
  { id: "take-before", group: "Lanes", keys: ["["], control: ".lane .take-before", words: "take before", run: (editor) => editor.selectedLane().stepTake(-1) },
  { id: "take-after", group: "Lanes", keys: ["]"], control: ".lane .take-after", words: "next take", run: (editor) => editor.selectedLane().stepTake(1) },

  { id: "select-from", group: "Select and look", keys: ["I"], words: "select from the playhead", run: (editor) => editor.timeline.selecting.mark("start") },
  { id: "select-to", group: "Select and look", keys: ["O"], words: "select up to the playhead", run: (editor) => editor.timeline.selecting.mark("end") },
  { id: "select-nothing", group: "Select and look", keys: ["Escape"], control: "#clear-selection", words: "leave a drag, select nothing", run: (editor) => editor.timeline.selecting.clear(), when: (editor) => editor.selection || editor.timeline.selecting.press },
  { id: "snap", group: "Select and look", keys: ["N"], words: "snap on or off", run: (editor) => editor.timeline.snap.toggle() },
  { id: "spectrogram", group: "Select and look", keys: ["V"], control: ".lane .spectrum", words: "spectrogram or waveform of the chosen lane", run: (editor) => editor.selectedLane().wave.button.click() },
  { id: "zoom-selection", group: "Select and look", keys: ["Z"], control: "#zoom-selection", words: "zoom to the selection", run: (editor) => editor.timeline.zoom.toSelection() },
  { id: "zoom-fit", group: "Select and look", keys: ["Shift+Z"], control: "#zoom-fit", words: "show the whole piece", run: (editor) => editor.timeline.zoom.fit() },
  { id: "zoom-in", group: "Select and look", keys: ["+", "="], control: "#zoom-in", words: "zoom in", run: (editor) => editor.timeline.zoom.step(1) },
  { id: "zoom-out", group: "Select and look", keys: ["-"], control: "#zoom-out", words: "zoom out", run: (editor) => editor.timeline.zoom.step(-1) },

  { id: "hear-lanes", group: "Judge", keys: ["0"], control: ".variations .present", words: "hear what is in the lanes", run: (editor) => editor.variations.hearNumber(0) },
  ...[1, 2, 3, 4, 5].map((number) => ({ id: `hear-${number}`, group: "Judge", keys: [String(number)], words: `hear ${number < 5 ? `variation ${number}, or ` : ""}letter ${"ABCDE"[number - 1]} of a blind comparison`, run: (editor) => editor.variations.hearNumber(number) })),

  { id: "split", group: "Edit", keys: ["Ctrl+E"], control: "[data-edit=split]", words: "split at the selection's ends, or at the playhead", run: (editor) => editor.editBar.split() },
  { id: "duplicate", group: "Edit", keys: ["Ctrl+D"], control: "[data-edit=duplicate]", words: "duplicate the selection", run: (editor) => editor.editBar.duplicate(), when: (editor) => editor.editBar.hasFocus() },
  { id: "delete", group: "Edit", keys: ["Delete", "Backspace"], control: "[data-edit=delete]", words: "delete the selection, leaving silence", run: (editor) => editor.editBar.edit("delete"), when: (editor) => editor.editBar.hasFocus() },
  { id: "close", group: "Edit", keys: ["Shift+Delete"], control: "[data-edit=close]", words: "delete and close: what follows moves up", run: (editor) => editor.editBar.edit("close"), when: (editor) => editor.editBar.hasFocus() },
  { id: "move-back", group: "Edit", keys: ["Alt+ArrowLeft"], control: "[data-edit=earlier]", words: "move the selected audio earlier by the snap", run: (editor) => editor.editBar.nudge(-1), when: (editor) => editor.editBar.hasFocus() },
  { id: "move-on", group: "Edit", keys: ["Alt+ArrowRight"], control: "[data-edit=later]", words: "move the selected audio later by the snap", run: (editor) => editor.editBar.nudge(1), when: (editor) => editor.editBar.hasFocus() },
  { id: "record", group: "Edit", keys: ["R"], control: ".lane .record", words: "record the chosen lane; stop and keep", run: (editor) => editor.recorder.toggle(editor.selected) },

  { id: "generate", group: "Make", keys: ["Ctrl+Enter"], inFields: true, control: "#generate", words: "generate", run: (editor) => editor.generate() },
  { id: "cancel", group: "Make", keys: ["Escape"], control: "#cancel", words: "cancel the generation (asks first)", run: (editor) => editor.strip.askCancel(), when: (editor) => editor.strip.working },

  { id: "undo", group: "Session", keys: ["Ctrl+Z"], control: "#undo", words: "undo", run: (editor) => editor.act("undo", {}) },
  { id: "redo", group: "Session", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], control: "#redo", words: "redo", run: (editor) => editor.act("redo", {}) },
  { id: "history", group: "Session", keys: ["H"], control: "#history", words: "history: every step, and going back to it", run: (editor) => editor.history.toggle() },
  { id: "save", group: "Session", keys: ["Ctrl+S"], inFields: true, words: "save: says when; every step is saved at once", run: (editor) => editor.topbar.tellSaved() },
  { id: "export", group: "Session", keys: ["Ctrl+Shift+E"], control: "#export", words: "export", run: (editor) => editor.topbar.openExport() },
  { id: "keys", group: "Session", keys: ["?"], control: "#keys", words: "this sheet", run: (editor) => editor.topbar.openKeys() },
];
