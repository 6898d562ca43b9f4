// Which key does what on this machine: the table of keys.js with the person's own changes, kept in this browser.

import { setAttribute } from "./dom.js";
import { COMMANDS } from "./keys.js";

const STORED_AS = "composer.keys";
const NAMES = { Ctrl: "Ctrl", Shift: "Shift", Alt: "Alt", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
const FIELDS = "input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select, [contenteditable=true], dialog";
const PRESSED = "button, summary, a, [role=radio], [role=button], [role=treeitem], [role=gridcell], input"; // by Space and Enter
const WITH_ARROWS = "input[type=range], input[type=radio], [role=grid], [role=tree], [role=listbox], [role=radiogroup], [role=tablist]";

let reachedByKey = null; // what was focused by keyboard; asked later, any key makes what was clicked :focus-visible too

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED_AS) ?? "{}");
    return { silent: stored.silent === true, own: { ...stored.own } };
  } catch {
    return { silent: false, own: {} };
  }
}

let choices = read(); // silent: no single keys at all; own: command -> its single key, "" for none

function keep() {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(choices));
  } catch { /* a browser that stores nothing forgets the choice with the page */ }
  markShortcuts();
}

/** Whether a key is a single character, which a voice or a slip of the hand could press (WCAG 2.1.4). */
export const isSingle = (key) => /^(Shift\+)?.$/u.test(key);

/** The key that a keyboard event stands for, written as in the table. */
export function keyOf(event) {
  const name = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const typedWithShift = name.length === 1 && name.toLowerCase() === name.toUpperCase(); // "?" takes Shift on some keyboards
  const typed = event.getModifierState("AltGraph"); // which says Ctrl and Alt where "[" needs it
  const parts = [(event.ctrlKey || event.metaKey) && !typed && "Ctrl", event.altKey && !typed && "Alt", event.shiftKey && !typedWithShift && "Shift", name];
  return parts.filter(Boolean).join("+");
}

/** The keys of a command as they stand: single ones may have been changed or switched off. */
export function keysOf(command) {
  const own = choices.own[command.id];
  const others = command.keys.filter((key) => !isSingle(key));
  const singles = own === undefined ? command.keys.filter(isSingle) : [own].filter(Boolean);
  return choices.silent ? others : [...others, ...singles];
}

/** The words of a key for people: "Shift ←". */
export const spelled = (key) => (key === "+" ? "+" : key.split(/\+(?=.)/u).map((part) => NAMES[part] ?? part).join(" "));

/** Give a command another single key, or "" for none. Returns what stands in the way in words, or "" when it was done. */
export function remap(command, key) {
  const other = key && COMMANDS.find((one) => one !== command && keysOf(one).includes(key));
  if (other) return `${spelled(key)} is the key for “${other.words}” already. Press another, or switch that one off first.`;
  choices.own[command.id] = key;
  keep();
  return "";
}

export const singlesAreOff = () => choices.silent;

export function switchSingles(on) {
  choices.silent = !on;
  keep();
}

export function resetKeys() {
  choices = { silent: false, own: {} };
  keep();
}

/** Tell screen readers the keys of the controls that are there now. */
export function markShortcuts() {
  for (const command of COMMANDS.filter((one) => one.control)) {
    const words = keysOf(command).map((key) => (key === "+" ? "Plus" : key.replace("Ctrl", "Control"))).join(" ");
    for (const node of document.querySelectorAll(command.control)) {
      if (words) setAttribute(node, "aria-keyshortcuts", words);
      else node.removeAttribute("aria-keyshortcuts");
    }
  }
}

export function listenToKeys(editor) {
  const note = (event) => { reachedByKey = event.target.matches(":focus-visible") ? event.target : null; };
  document.addEventListener("focusin", note, { capture: true });
  document.addEventListener("keydown", (event) => onKey(editor, event), { capture: true });
}

function onKey(editor, event) {
  if (!editor.view || event.isComposing) return;
  const key = keyOf(event);
  const command = COMMANDS.find((one) => keysOf(one).includes(key) && isFree(one, key, event.target) && (one.when?.(editor) ?? true));
  if (!command) return;
  event.preventDefault();
  event.stopPropagation();
  command.run(editor);
}

/** Not taken from a field that is being typed in, nor from a control that uses the key itself. */
function isFree(command, key, focused) {
  if (focused.closest?.(FIELDS)) return command.inFields === true;
  // Whoever walks by keyboard presses the focused button with Space, and moves a slider with the arrows.
  if (key === "Escape" && focused.closest?.("details[open]")) return false;
  if (command.own === "press" && key === "Space") return !(focused.closest?.(PRESSED) && focused === reachedByKey);
  if (command.own === "press" && key === "Enter") return !focused.closest?.(PRESSED);
  if (command.own === "arrows") return !focused.closest?.(WITH_ARROWS);
  return true;
}
