// Functions that the scripts of a page share: refreshing its live parts, messages, the clipboard.
// It imports nothing, so that every other script can import it.

const TOAST_MS = 6_000;

/** `path` of this service, below the prefix of a proxy where there is one. */
export const at = (path) => (document.documentElement.dataset.prefix ?? "") + path;

const toast = document.getElementById("toast");

let refreshing = false;

/** Fetches this page again and replaces the live parts that have changed. */
export async function refresh() {
  const parts = document.querySelectorAll("[data-live]");
  if (refreshing || parts.length === 0 || document.hidden) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    // The session has ended: reloading leads to the sign-in page.
    if (answer.redirected) location.reload();
    if (!answer.ok || answer.redirected) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = next.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML && !busy(part)) replace(part, fresh);
    }
  } catch {
    // The connection is down; the next refresh tries again.
  } finally {
    refreshing = false;
  }
}

/** Whether the user is filling in a control or selecting text in `part`. */
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

let silence;

/** Shows a sentence for a few seconds; screen readers announce it. */
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
    tell("The browser does not allow copying; select the text instead.");
  }
}
