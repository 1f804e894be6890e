// The script of every page: keeps the page current, and loads the other scripts where they are needed.
// Without JavaScript a page can be read, but changes nothing.
import { at, copy, refresh } from "./page.js";

const REFRESH_EVERY_MS = 10_000;
const SETTLE_MS = 150;

const dialog = document.getElementById("dialog");
const live = document.getElementById("live");

// ---- live updates --------------------------------------------------------------------------------

function state(on) {
  live.textContent = on ? "live" : "reconnecting";
  live.classList.toggle("on", on);
}

function listen() {
  const kinds = ["registered", "promoted", "rolled_back", "alias_moved", "changed", "deleted"];
  const events = new EventSource(at("/api/v1/events?" + kinds.map((kind) => "kind=" + kind).join("&")));
  let settling;
  const changed = () => {
    clearTimeout(settling);
    settling = setTimeout(refresh, SETTLE_MS);
  };
  for (const kind of [...kinds, "events.lost"]) {
    events.addEventListener(kind, changed);
  }
  // The browser asks for the events that were sent while the connection was down.
  events.addEventListener("open", () => state(true));
  events.addEventListener("error", () => state(false));
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) location.reload();
  });
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, REFRESH_EVERY_MS);
}

// ---- forms and dialogs ---------------------------------------------------------------------------

// acts.js is loaded at its first use: most pages are only read.
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
    fetch(at("/session"), { method: "DELETE" }).finally(() => location.assign(at("/sign-in?out")));
  }
});

dialog.addEventListener("click", (click) => {
  if (click.target === dialog && !dialog.querySelector("[data-keep]")) dialog.close();
});
dialog.addEventListener("cancel", (cancel) => {
  if (dialog.querySelector("[data-keep]")) cancel.preventDefault();
});
// Removes the content of a closed dialog, so that the page keeps a single main heading.
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

listen();
if (document.getElementById("try")) import("./try.js");
if (document.getElementById("publish")) import("./publish.js");
if (document.getElementById("key")) import("./access.js");
