// Forms that change something: a form with `data-call` is sent to the public API, from a dialog or from a
// page of its own.
//
//   data-call      the HTTP method
//   data-url       the URL; {name} is replaced by the value of the control of that name
//   data-revision  the revision that the page shows, sent as If-Match: a stale page gets 412
//   data-told      the message on success; {member} is replaced by that member of the answer
//   data-same      the message where the answer says that nothing moved
//   data-back      the page to show next, where the form is not in a dialog
//   data-member    of a control: the member of the JSON body; data-as: how its value is converted
import { refresh, tell } from "./page.js";
import { explained } from "./problem.js";

const dialog = document.getElementById("dialog");

/** Shows a page's fragment in the dialog. */
export async function open(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  show(page.getElementById("fragment") ?? page.querySelector("main > *"));
}

/** Shows `content` in the dialog, with the focus on its first input. */
export function show(content) {
  dialog.replaceChildren(content);
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[data-first], #reason") ?? dialog.querySelector("a, button, select");
  first?.focus();
}

const WRITTEN = {
  text: (control) => control.value,
  optional: (control) => control.value.trim() || null,
  number: (control) => (control.value === "" ? undefined : Number(control.value)),
  flag: (control) => control.checked,
  list: (control) => control.value.split(/[\s,]+/).filter(Boolean),
  days: (control) =>
    control.value === ""
      ? undefined
      : new Date(Date.now() + Number(control.value) * 86_400_000).toISOString().replace(/\.\d+/, ""),
  tags,
};

/** Tags, one per line, as `key=value` or `key`; tags that the user removed are sent as null. */
function tags(control) {
  const written = {};
  for (const line of control.defaultValue.split("\n")) {
    if (line.trim()) written[line.split("=", 1)[0].trim()] = null;
  }
  for (const line of control.value.split("\n")) {
    if (!line.trim()) continue;
    const [name] = line.split("=", 1);
    written[name.trim()] = line.slice(name.length + 1).trim();
  }
  return written;
}

function body(form) {
  const members = {};
  for (const control of form.querySelectorAll("[data-member]")) {
    const { member, as = "text" } = control.dataset;
    if (as === "choice") {
      members[member] ??= [];
      if (control.checked) members[member].push(control.value);
    } else {
      members[member] = WRITTEN[as](control);
    }
  }
  return members;
}

function filled(text, members) {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => members[name]);
}

/** The key of this request: the same when the same is sent again, so that a move is done once. */
function key(form, text) {
  if (form.sent?.text !== text) {
    const random = crypto.getRandomValues(new Uint32Array(4));
    form.sent = { text, key: [...random].map((n) => n.toString(16).padStart(8, "0")).join("") };
  }
  return form.sent.key;
}

/** Sends `form` and shows the result, unless a listener of the form's event `done` handles it. */
export async function perform(form) {
  const button = form.querySelector("button");
  const refusal = form.querySelector(".refusal");
  const { call, url, revision, told, same, back } = form.dataset;
  const values = Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, encodeURIComponent(value)]),
  );
  const headers = {};
  if (revision) headers["If-Match"] = `"${revision}"`;
  if (call !== "DELETE") headers["Content-Type"] = "application/json";
  const target = filled(url, values);
  const text = call === "DELETE" ? undefined : JSON.stringify(body(form));
  headers["Idempotency-Key"] = key(form, `${target} ${text}`);
  button.disabled = true;
  refusal.hidden = true;
  try {
    const answer = await fetch(target, { method: call, headers, body: text });
    if (!answer.ok) {
      refusal.textContent = await explained(answer);
      refusal.hidden = false;
      return;
    }
    const done = await answer.json();
    form.sent = undefined;
    const event = new CustomEvent("done", { detail: done, cancelable: true, bubbles: true });
    if (!form.dispatchEvent(event)) return;
    if (!dialog.open) {
      location.assign(back);
      return;
    }
    dialog.close();
    tell(filled(done.moved === false ? same : told, done));
    await refresh();
  } catch {
    refusal.textContent = "No answer. The change may have happened; check the history before retrying.";
    refusal.hidden = false;
  } finally {
    button.disabled = false;
  }
}
