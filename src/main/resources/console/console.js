// What every page does: keeps itself current, and has what changes something done (acts.js). A page
// is whole without it, but for that.

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
    // The session has ended: the way back in is the sign-in page.
    if (answer.redirected) location.reload();
    if (!answer.ok || answer.redirected) return;
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

// ---- acts ----------------------------------------------------------------------------------------

// What changes something is fetched when it is first wanted: most pages are only read.
const acts = () => import("./acts.js");

document.addEventListener("click", (click) => {
  const target = click.target.closest("a, button");
  if (!target || click.ctrlKey || click.metaKey || click.shiftKey) return;
  if (target.matches("[data-dialog]")) {
    click.preventDefault();
    acts()
      .then(({ open }) => open(target.href))
      .catch(() => location.assign(target.href));
  } else if (target.matches("[data-cancel]") && dialog.open) {
    click.preventDefault();
    dialog.close();
  } else if (target.matches("[data-copy]")) {
    copy(target.dataset.copy);
  } else if (target.matches("[data-sign-out]")) {
    fetch("/session", { method: "DELETE" }).finally(() => location.assign("/sign-in?out"));
  }
});

dialog.addEventListener("click", (click) => {
  if (click.target === dialog && !dialog.querySelector("[data-keep]")) dialog.close();
});
dialog.addEventListener("cancel", (cancel) => {
  if (dialog.querySelector("[data-keep]")) cancel.preventDefault();
});
// What it had shown, a second heading among it, is no part of the page any more.
dialog.addEventListener("close", () => dialog.replaceChildren());

const chosen = (form) => form.action + "?" + new URLSearchParams(new FormData(form));

document.addEventListener("change", (change) => {
  const form = change.target.closest("[data-choose]");
  if (form && dialog.open) acts().then(({ open }) => open(chosen(form)));
});

document.addEventListener("submit", (submit) => {
  const form = submit.target;
  if (form.matches("[data-choose]") && dialog.open) {
    submit.preventDefault();
    acts().then(({ open }) => open(chosen(form)));
  } else if (form.matches("[data-call]")) {
    submit.preventDefault();
    acts().then(({ perform }) => perform(form));
  }
});

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
if (document.getElementById("key")) import("./access.js");
