// Building DOM without strings: user text only ever becomes a text node.

/** An element. Keys of `props`: class, text, on (listeners), anything else is an attribute; null and false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "on") for (const [name, listener] of Object.entries(value)) node.addEventListener(name, listener);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set text or an attribute only where it differs, so that screen readers and focus are left in peace. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  const text = String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** A value into a field, unless the person is just editing it. */
export function setValue(field, value) {
  if (document.activeElement !== field && field.value !== String(value)) field.value = value;
}

/** A button with an icon and a name; `label` is what screen readers say and the tooltip shows. */
export function iconButton(icon, label, onClick, props = {}) {
  const button = h("button", { type: "button", "aria-label": label, title: label, on: { click: onClick }, ...props });
  button.append(icon);
  return button;
}

/** A menu that opens under its button; closes on Escape, on a click outside and when the focus leaves it. */
export function menu(summary, content, props = {}) {
  const details = h("details", { ...props, class: `menu ${props.class ?? ""}` }, summary, content);
  const close = () => { details.open = false; };
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    close();
    summary.focus();
  });
  details.addEventListener("focusout", (event) => {
    const to = event.relatedTarget; // around the menu, it was pressed inside on what takes no focus itself
    if (to && !details.contains(to) && !to.contains(details)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!details.contains(event.target)) close();
  });
  details.close = close;
  return details;
}

/** Run `action` once, `wait_ms` after the last call. */
export function debounce(action, wait_ms) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait_ms);
  };
}
