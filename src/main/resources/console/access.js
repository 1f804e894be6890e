// The page "Access": shows a newly created key once. The first key turns sign-in on, so this browser
// signs in with it at once.
import { show } from "./acts.js";
import { at, copy } from "./page.js";

const form = document.getElementById("key");
const made = document.getElementById("made");

form.addEventListener("done", (done) => {
  done.preventDefault();
  reveal(done.detail);
});

async function reveal(key) {
  const content = made.content.firstElementChild.cloneNode(true);
  content.querySelector("[data-secret]").textContent = key.key;
  content.querySelector("[data-copy-key]").addEventListener("click", () => copy(key.key));
  content.querySelector("[data-kept]").addEventListener("click", () => location.assign(at("/console/access")));
  show(content);
  if ("open" in form.dataset) {
    await fetch(at("/session"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key: key.key }),
    });
  }
}
