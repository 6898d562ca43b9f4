// The ? sheet: every key in words, from the one table; single keys can be changed or switched off here.

import { openDialog } from "./dialog.js";
import { h, setText } from "./dom.js";
import { COMMANDS } from "./keys.js";
import { isSingle, keyOf, keysOf, remap, resetKeys, singlesAreOff, spelled, switchSingles } from "./keymap.js";

const GROUPS = [...new Set(COMMANDS.map((command) => command.group))];

export function openSheet(root) {
  const told = h("p", { class: "sheet-told", role: "status" });
  const table = h("div", { class: "sheet-groups" });
  const all = h("input", { type: "checkbox", id: "single-keys", on: { change: () => { switchSingles(all.checked); fill(); } } });
  const reset = h("button", { type: "button", text: "As they were", on: { click: () => { resetKeys(); fill(); setText(told, "All keys are as they were."); } } });
  const fill = () => {
    all.checked = !singlesAreOff();
    table.replaceChildren(...GROUPS.map((group) => section(group, told, fill)));
  };
  fill();
  const foot = h("div", { class: "sheet-foot" },
    h("label", { class: "check" }, all, "Single keys, such as M, do something"), reset, h("span", { class: "faint", text: "Kept in this browser." }));
  return openDialog(root, "Keys", h("div", {}, table, told, foot), { class: "keys-sheet" });
}

function section(group, told, fill) {
  const rows = COMMANDS.filter((command) => command.group === group).map((command) => row(command, told, fill));
  return h("section", {}, h("h3", { text: group }), h("ul", {}, ...rows));
}

function row(command, told, fill) {
  const keys = keysOf(command);
  const fixed = keys.filter((key) => !isSingle(key)).map((key) => h("kbd", { text: spelled(key) }));
  const own = command.keys.some(isSingle) ? [keyButton(command, keys.find(isSingle) ?? "", told, fill)] : [];
  return h("li", { "data-command": command.id }, h("span", { class: "sheet-keys" }, ...fixed, ...own), h("span", { text: command.words }));
}

/** Press it, then the new key; Delete or Backspace for none, Escape to leave it as it is. */
function keyButton(command, key, told, fill) {
  const name = key ? spelled(key) : singlesAreOff() ? "off" : "none";
  const button = h("button", { type: "button", class: "key", text: name, disabled: singlesAreOff(), "aria-label": `Key for ${command.words}: ${name}. Change`, title: "Change this key" });
  const wait = () => {
    button.classList.add("waiting");
    setText(button, "press a key");
    setText(told, `Press the new key for “${command.words}”. Delete switches it off, Escape leaves it.`);
  };
  const listen = (event) => {
    if (!button.classList.contains("waiting") || event.key === "Tab" || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const pressed = ["Delete", "Backspace"].includes(event.key) ? "" : keyOf(event);
    if (event.key !== "Escape" && pressed && !isSingle(pressed)) return setText(told, "Only a single letter, digit or sign can be chosen here.");
    const obstacle = event.key === "Escape" ? "" : remap(command, pressed);
    fill();
    if (event.key !== "Escape") setText(told, obstacle || (pressed ? `${spelled(pressed)} is now the key for “${command.words}”.` : `“${command.words}” has no single key now.`));
    else setText(told, "");
    document.querySelector(`.keys-sheet [data-command="${command.id}"] .key`)?.focus();
  };
  button.addEventListener("click", wait);
  button.addEventListener("keydown", listen);
  button.addEventListener("blur", () => button.classList.contains("waiting") && fill());
  return button;
}
