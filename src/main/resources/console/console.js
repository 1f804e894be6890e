// What every page does: keeps itself current, opens moves in a dialog, performs them by the public
// API. A page is whole without it, but for what changes something.
import { explained } from "./problem.js";

const REFRESH_EVERY_MS = 10_000;
const SETTLE_MS = 150;
const TOAST_MS = 6_000;

const dialog = document.getElementById("dialog");
const toast = document.getElementById("toast");
const live = document.getElementById("live");

// ---- current -------------------------------------------------------------------------------------

let refreshing = false;

/** Fetches this page again and puts its live parts in place of those that have changed. */
export async function refresh() {
  const parts = document.querySelectorAll("[data-live]");
  if (refreshing || parts.length === 0 || document.hidden) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = next.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML && !busy(part)) replace(part, fresh);
    }
  } catch {
    // The line is down; the next round tries again.
  } finally {
    refreshing = false;
  }
}

/** Whether someone chooses or marks something in `part` just now. */
function busy(part) {
  const selection = getSelection();
  const marking =
    selection && !selection.isCollapsed && part.contains(selection.getRangeAt(0).startContainer);
  return marking || ["SELECT", "INPUT"].includes(within(part)?.tagName);
}

function within(part) {
  return part.contains(document.activeElement) ? document.activeElement : null;
}

function replace(part, fresh) {
  const focused = within(part);
  const place = focused && [...part.querySelectorAll("a, button")].indexOf(focused);
  const address = focused?.getAttribute("href");
  part.replaceChildren(...fresh.childNodes);
  if (focused) {
    const links = [...part.querySelectorAll("a, button")];
    (links.find((link) => link.getAttribute("href") === address) ?? links[place])?.focus();
  }
}

function state(on) {
  live.textContent = on ? "live" : "reconnecting";
  live.classList.toggle("on", on);
}

function listen() {
  const events = new EventSource("/api/v1/events");
  let settling;
  const changed = () => {
    clearTimeout(settling);
    settling = setTimeout(refresh, SETTLE_MS);
  };
  for (const kind of ["registered", "promoted", "rolled_back", "alias_moved", "changed", "deleted"]) {
    events.addEventListener(kind, changed);
  }
  let lost = false;
  events.addEventListener("open", () => {
    state(true);
    // What happened meanwhile was told to nobody.
    if (lost) refresh();
    lost = false;
  });
  events.addEventListener("error", () => {
    lost = true;
    state(false);
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) location.reload();
  });
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, REFRESH_EVERY_MS);
}

// ---- moves ---------------------------------------------------------------------------------------

async function open(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fragment = page.getElementById("fragment") ?? page.querySelector("main > *");
  dialog.replaceChildren(fragment);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("#reason") ?? dialog.querySelector("a, button, select"))?.focus();
}

document.addEventListener("click", (click) => {
  const target = click.target.closest("a, button");
  if (!target || click.ctrlKey || click.metaKey || click.shiftKey) return;
  if (target.matches("[data-dialog]")) {
    click.preventDefault();
    open(target.href).catch(() => location.assign(target.href));
  } else if (target.matches("[data-cancel]") && dialog.open) {
    click.preventDefault();
    dialog.close();
  } else if (target.matches("[data-copy]")) {
    copy(target.dataset.copy);
  }
});

dialog.addEventListener("click", (click) => {
  if (click.target === dialog) dialog.close();
});

document.addEventListener("change", (change) => {
  const form = change.target.closest("[data-choose]");
  if (form && dialog.open) open(form.action + "?" + new URLSearchParams(new FormData(form)));
});

document.addEventListener("submit", (submit) => {
  const form = submit.target;
  if (form.matches("[data-choose]") && dialog.open) {
    submit.preventDefault();
    open(form.action + "?" + new URLSearchParams(new FormData(form)));
  } else if (form.matches("[data-call]")) {
    submit.preventDefault();
    move(form);
  }
});

async function move(form) {
  const button = form.querySelector("button");
  const refusal = form.querySelector(".refusal");
  const { call, url, revision, version, back } = form.dataset;
  const body = { reason: form.elements.reason.value };
  if (call === "PUT") body.version = Number(version);
  button.disabled = true;
  refusal.hidden = true;
  try {
    const answer = await fetch(url, {
      method: call,
      headers: { "Content-Type": "application/json", "If-Match": `"${revision}"` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      refusal.textContent = await explained(answer);
      refusal.hidden = false;
      return;
    }
    const moved = await answer.json();
    if (!dialog.open) {
      location.assign(back);
      return;
    }
    dialog.close();
    tell(
      moved.moved
        ? `${moved.stage} of ${moved.model} shows v${moved.version} now (${moved.activated_in_ms} ms).`
        : `${moved.stage} of ${moved.model} showed v${moved.version} already.`,
    );
    await refresh();
  } catch {
    refusal.textContent = "Slipway does not answer. Nothing is known of the move: look at the history.";
    refusal.hidden = false;
  } finally {
    button.disabled = false;
  }
}

// ---- small things --------------------------------------------------------------------------------

let silence;

/** Shows a sentence for a while; screen readers read it. */
export function tell(sentence) {
  toast.textContent = sentence;
  toast.classList.add("on");
  clearTimeout(silence);
  silence = setTimeout(() => toast.classList.remove("on"), TOAST_MS);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch {
    tell("The browser does not let this page copy; mark the text instead.");
  }
}

listen();
if (document.getElementById("try")) import("./try.js");
if (document.getElementById("publish")) import("./publish.js");
