// The keys of the page. Letters and Space are left alone while a field is being typed in.

export const KEYS = [
  ["Space", "play or pause"],
  ["Home", "to the start"],
  ["L", "loop on or off"],
  ["↑ ↓", "choose a lane"],
  ["M, S", "mute or solo the chosen lane"],
  ["[ ]", "take before, next take"],
  ["← →", "one beat; with Shift one bar"],
  ["Ctrl Enter", "generate"],
  ["Ctrl Z", "undo"],
  ["Ctrl Shift Z", "redo"],
];

const FIELDS = "input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select, [contenteditable=true], dialog";

let reachedByKey = null; // what was focused by keyboard; asked later, any key makes what was clicked :focus-visible too

export function listenToKeys(editor, signal) {
  const note = (event) => { reachedByKey = event.target.matches(":focus-visible") ? event.target : null; };
  document.addEventListener("focusin", note, { capture: true, signal });
  document.addEventListener("keydown", (event) => onKey(editor, event), { capture: true, signal });
}

function onKey(editor, event) {
  const typing = event.target.closest?.(FIELDS);
  const command = event.ctrlKey || event.metaKey;
  const action = command ? commandFor(event, typing) : typing || event.altKey ? null : plainFor(editor, event);
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action(editor);
}

function commandFor(event, typing) {
  const key = event.key.toLowerCase();
  if (key === "enter") return (editor) => editor.generate();
  if (typing) return null; // Ctrl+Z in a field takes back what was typed there
  if (key === "z") return event.shiftKey ? (editor) => editor.act("redo", {}) : (editor) => editor.act("undo", {});
  if (key === "y") return (editor) => editor.act("redo", {});
  return null;
}

function plainFor(editor, event) {
  const focused = event.target;
  // Whoever walks by keyboard presses the focused button with Space, and moves a slider with the arrows.
  const onButton = focused.closest?.("button, summary, a, [role=radio], input") && focused === reachedByKey;
  const onSlider = focused.matches?.("input[type=range], input[type=radio]");
  const bars = event.shiftKey;
  const lane = editor.selectedLane();
  switch (event.key) {
    case " ": return onButton ? null : () => editor.togglePlay();
    case "Home": return onSlider ? null : () => editor.seek(0);
    case "ArrowLeft": return onSlider ? null : () => editor.seekBy(-1, bars);
    case "ArrowRight": return onSlider ? null : () => editor.seekBy(1, bars);
    case "ArrowUp": return onSlider ? null : () => editor.selectBy(-1);
    case "ArrowDown": return onSlider ? null : () => editor.selectBy(1);
    case "[": return () => lane.stepTake(-1);
    case "]": return () => lane.stepTake(1);
  }
  switch (event.key.toLowerCase()) {
    case "l": return () => editor.transport.commitLoop({ on: !editor.view.loop.on });
    case "m": return () => lane.flip("muted");
    case "s": return () => lane.flip("soloed");
  }
  return null;
}
