// The page "Publish": uploads a bundle by the public API and shows the result of each check. The
// registry answers once, with all findings; each is assigned to a check by its code and location.
import { large, Refused, sendInParts } from "./parts.js";
import { at } from "./page.js";
import { explained, read } from "./problem.js";

const form = document.getElementById("publish");
const file = document.getElementById("file");
const name = document.getElementById("name");
const dry = document.getElementById("dry");
const sent = document.getElementById("sent");
const told = document.getElementById("told");
const result = document.getElementById("result");
const stop = form.querySelector("[data-stop]");
const button = form.querySelector("button.main");
const CHECKS = ["upload", "archive", "manifest", "graph", "examples", "store"];

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Marks a check as `absent`, `busy` or `wrong`; the empty state is done. */
function mark(check, state) {
  document.querySelector(`[data-check="${check}"]`).className = state;
}

/** The check that a finding belongs to. */
function check(finding) {
  const code = finding.code;
  const where = finding.pointer ?? "";
  if (/example|golden|mismatch|differ|not_reproduced/.test(code) || where.startsWith("examples")) {
    return "examples";
  }
  if (where.endsWith(".onnx") || /graph|onnx|operator|probe/.test(code)) return "graph";
  if (where.startsWith("bundle.json")) return "manifest";
  return "archive";
}

function size(bytes) {
  return bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

file.addEventListener("change", () => {
  const chosen = file.files[0];
  if (!chosen) return;
  told.textContent = `${chosen.name}, ${size(chosen.size)}`;
  if (!name.value) {
    name.value = chosen.name.toLowerCase().replace(/\.(zip|onnx)$/, "").replace(/[^a-z0-9._-]+/g, "-");
  }
});

const drop = form.querySelector("[data-drop]");
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, (drag) => {
    drag.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
  });
}
drop.addEventListener("drop", (drag) => {
  if (drag.dataTransfer.files.length !== 1) return;
  file.files = drag.dataTransfer.files;
  file.dispatchEvent(new Event("change"));
});

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  publish(file.files[0]);
});

/** The media type of a file by its name. */
const typed = (chosen) =>
  chosen.name.toLowerCase().endsWith(".onnx") ? "application/onnx" : "application/zip";

async function publish(chosen) {
  for (const each of CHECKS) mark(each, "absent");
  result.replaceChildren();
  mark("upload", "busy");
  button.disabled = true;
  stop.hidden = false;
  const stopping = new AbortController();
  stop.onclick = () => stopping.abort();
  try {
    await answered(await sending(chosen, stopping.signal));
  } catch (failure) {
    if (failure instanceof Refused) {
      await answered(failure.answer);
    } else {
      const kept = large(chosen)
        ? "The received part is kept for a day: publish the same file again to resume."
        : "Nothing was stored.";
      broken(`${stopping.signal.aborted ? "Stopped." : "The upload was interrupted."} ${kept}`);
    }
  } finally {
    button.disabled = false;
    stop.hidden = true;
  }
}

/** Sends large files in parts; at once where that fails because a load balancer spreads the parts. */
async function sending(chosen, stopping) {
  if (!large(chosen)) return atOnce(chosen, stopping);
  try {
    const answer = await inParts(chosen, stopping);
    if (answer.status !== 404) return answer;
  } catch (failure) {
    if (failure.answer?.status !== 404) throw failure;
  }
  return atOnce(chosen, stopping);
}

const target = () =>
  at(`/api/v1/models/${encodeURIComponent(name.value)}/versions${dry.checked ? "?dry_run=true" : ""}`);

function progressed(loaded, total) {
  sent.value = total ? loaded / total : 0;
  told.textContent = `${size(loaded)} of ${size(total)}`;
}

function uploaded() {
  sent.value = 1;
  mark("upload", "");
  for (const each of CHECKS.slice(1, 5)) mark(each, "busy");
  told.textContent = "uploaded; checks are running";
}

async function inParts(chosen, stopping) {
  const upload = await sendInParts(
    name.value,
    chosen,
    typed(chosen),
    (loaded) => progressed(loaded, chosen.size),
    stopping,
  );
  uploaded();
  const answer = await fetch(target(), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ upload: upload.id }),
    signal: stopping,
  });
  if (answer.status < 500 && !dry.checked) upload.forget();
  return answer;
}

function atOnce(chosen, stopping) {
  return new Promise((done, failed) => {
    // XMLHttpRequest, as `fetch` does not report the progress of an upload.
    const request = new XMLHttpRequest();
    request.open("POST", target());
    request.setRequestHeader("Content-Type", typed(chosen));
    request.upload.addEventListener("progress", (progress) => progressed(progress.loaded, progress.total));
    request.upload.addEventListener("load", uploaded);
    request.addEventListener("load", () =>
      done(new Response(request.responseText, { status: request.status })),
    );
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    stopping.addEventListener("abort", () => request.abort());
    request.send(chosen);
  });
}

function broken(sentence) {
  for (const each of CHECKS) mark(each, "absent");
  told.textContent = "";
  result.replaceChildren(element("p", { className: "refusal", textContent: sentence }));
}

/** The server speaks of "the body"; the user knows it by the name of the file. */
function named(sentence) {
  return file.files[0] ? sentence.replace(/^The body\b/, file.files[0].name) : sentence;
}

async function answered(answer) {
  told.textContent = "";
  if (answer.ok) {
    accepted(answer.status, await answer.json());
    return;
  }
  const problem = await read(answer.clone());
  const findings = problem.errors ?? [];
  const wrong = new Set(findings.map(check));
  const first = CHECKS.findIndex((each) => wrong.has(each));
  CHECKS.forEach((each, i) => {
    mark(each, wrong.has(each) ? "wrong" : first >= 0 && i < first ? "" : "absent");
  });
  result.replaceChildren(
    element("p", { className: "refusal", textContent: named(await explained(answer)) }),
    ...findings.map((finding) =>
      element(
        "div",
        { className: "finding" },
        element("p", {}, element("code", { textContent: finding.pointer ?? "bundle" }), ` ${finding.message}`),
        element("p", { className: "note", textContent: finding.code }),
      ),
    ),
  );
}

function accepted(status, version) {
  for (const each of CHECKS) mark(each, "");
  if (version.dry_run) {
    mark("store", "absent");
    result.replaceChildren(
      element("p", {
        textContent: `This bundle would be accepted: ${version.examples} examples reproduced, largest difference ${version.max_difference}. ${(version.remarks ?? []).map((remark) => remark.message + ". ").join("")}Nothing was stored.`,
      }),
    );
    return;
  }
  const model = at(`/console/models/${version.model}`);
  result.replaceChildren(
    element("p", {
      className: "label",
      textContent:
        status === 201
          ? `Published as version ${version.version} of ${version.model}.`
          : `This content is already published as version ${version.version} of ${version.model}.`,
    }),
    element(
      "p",
      { className: "acts" },
      element("a", { className: "button main", href: `${model}/promote?version=${version.version}`, textContent: "Promote" }),
      element("a", { className: "button", href: `${model}/versions/${version.version}`, textContent: "View version" }),
    ),
  );
  result.querySelector("a").dataset.dialog = "";
}
