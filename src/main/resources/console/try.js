// The page "Try it": sends the form as a request, shows the answer with the result of every step, and
// writes the same request as code. It uses the public gateway API only.
import { copy } from "./page.js";
import { brief, parse, stringify } from "./lossless.js";
import { read } from "./problem.js";
import { snippet } from "./snippets.js";

const form = document.getElementById("try");
const { path, object } = form.dataset;
const refusal = form.querySelector(".refusal");
const decision = document.getElementById("decision");
const text = document.getElementById("text");
const file = document.getElementById("file");
const preview = document.getElementById("preview");

/** The raw bytes that were dropped or taken from the example; null once the text is edited. */
let bytes = null;
let type = "application/json";
let language = "curl";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// ---- request -------------------------------------------------------------------------------------

/** The body to send and its media type; null where no file is chosen yet. */
function request() {
  switch (object) {
    case "record":
      return { type: "application/json", body: stringify(record(), 2) };
    case "image":
      return bytes && { type, body: bytes };
    case "mail":
      return bytes ? { type: "message/rfc822", body: bytes } : { type: "message/rfc822", body: text.value };
    case "text":
      return { type: "text/plain", body: text.value };
    default:
      return { type: "application/json", body: text.value };
  }
}

/** The filled-in fields. An invalid number is sent as text, so that the server's check reports it. */
function record() {
  const made = {};
  for (const field of form.querySelectorAll("[data-type]")) {
    if (field.value === "") continue;
    made[field.name] = value(field);
  }
  return made;
}

function value(field) {
  switch (field.dataset.type) {
    case "number":
    case "integer":
    case "vector":
      return parsed(field.value);
    case "boolean":
      return field.value === "true";
    default:
      return field.value;
  }
}

function parsed(json) {
  try {
    return parse(json);
  } catch {
    return json;
  }
}

function fill(example) {
  if (!example) return;
  if (object === "record") {
    for (const field of form.querySelectorAll("[data-type]")) {
      const given = example[field.name];
      field.value =
        given === undefined || given === null
          ? ""
          : typeof given === "object"
            ? stringify(given)
            : String(given);
    }
  } else if (object === "text") {
    text.value = typeof example === "string" ? example : (example.text ?? "");
  } else if (object === "mail" || object === "image") {
    const raw = example.raw_base64 ?? example.image_base64;
    if (raw) take(Uint8Array.from(atob(raw), (c) => c.charCodeAt(0)));
    else if (text) text.value = example.raw ?? "";
  } else {
    text.value = stringify(example, 2);
  }
  write();
}

/** Uses `raw` as the mail or image to send. */
function take(raw, given) {
  bytes = raw;
  if (object === "mail") {
    text.value = new TextDecoder().decode(raw);
    return;
  }
  type = given || imageType(raw);
  preview.src = URL.createObjectURL(new Blob([raw], { type }));
  preview.hidden = false;
}

function imageType(raw) {
  if (raw[0] === 0xff) return "image/jpeg";
  if (raw[0] === 0x47) return "image/gif";
  return raw[0] === 0x42 ? "image/bmp" : "image/png";
}

async function example() {
  const answer = await fetch(path);
  const described = await read(answer);
  if (answer.ok) fill(described.example?.body);
  else say(described.detail ?? "This version has no example.");
}

// ---- answer --------------------------------------------------------------------------------------

function say(sentence) {
  refusal.textContent = sentence;
  refusal.hidden = false;
}

function unsay() {
  refusal.hidden = true;
  for (const fault of form.querySelectorAll(".fault")) fault.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

async function predict() {
  unsay();
  const call = request();
  if (!call) {
    say("Choose an image first.");
    return;
  }
  let answer;
  try {
    answer = await fetch(path + "/explain", {
      method: "POST",
      headers: { "Content-Type": call.type },
      body: call.body,
    });
  } catch {
    say("No answer from the server.");
    return;
  }
  const told = await read(answer);
  if (answer.ok) show(told);
  else refuse(told);
}

function refuse(problem) {
  const rest = [];
  for (const fault of problem.errors ?? []) {
    const name = (fault.pointer ?? "").split("/")[1] ?? "";
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    const place = document.getElementById("e-" + name);
    if (field && place) {
      place.textContent = fault.message;
      place.hidden = false;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", place.id);
    } else {
      rest.push(`${fault.pointer ?? ""} ${fault.message}`);
    }
  }
  say([problem.detail ?? "The server answered with an error.", ...rest].join("\n"));
  form.querySelector("[aria-invalid]")?.focus();
}

function show(told) {
  decision.replaceChildren(
    element("p", { className: "note", textContent: `version ${told.version} · ${told.prediction_id}` }),
    ...decided(told.output),
  );
  document.getElementById("phases").replaceChildren(...phases(told.phases));
  const way = told.steps.map((step) => stop(step.op, step.columns));
  way.push(stop("Model input", told.tensors));
  document.getElementById("way").replaceChildren(...way);
}

function decided(output) {
  const parts = [];
  const rest = { ...output };
  if ("label" in output) {
    parts.push(element("p", { className: "label", textContent: output.label }));
    delete rest.label;
  }
  if (output.probabilities) {
    parts.push(bars(output.probabilities));
    delete rest.probabilities;
  }
  if (Object.keys(rest).length > 0) {
    const json = stringify(rest, 2);
    parts.push(element("pre", { textContent: json.length > 4000 ? json.slice(0, 4000) + "…" : json, tabIndex: 0 }));
  }
  return parts;
}

function bars(probabilities) {
  const list = element("div", { className: "bars" });
  const sorted = Object.entries(probabilities).sort((a, b) => b[1] - a[1]);
  for (const [label, figure] of sorted.slice(0, 10)) {
    const p = Number(figure);
    const meter = element("meter", { min: 0, max: 1, value: p });
    meter.setAttribute("aria-label", label);
    list.append(element("span", { textContent: label }), meter, element("span", { textContent: p.toPrecision(4) }));
  }
  return list;
}

const SVG = "http://www.w3.org/2000/svg";

function phases(spent) {
  const names = Object.keys(spent);
  const all = names.reduce((sum, name) => sum + Number(spent[name]), 0);
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, spec] of Object.entries({ viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" })) {
    svg.setAttribute(name, spec);
  }
  const keys = element("p", { className: "keys" });
  let x = 0;
  names.forEach((name, i) => {
    const width = all === 0 ? 0 : (100 * Number(spent[name])) / all;
    const bar = document.createElementNS(SVG, "rect");
    for (const [key, spec] of Object.entries({ x, y: 0, width, height: 10, class: "c" + i })) {
      bar.setAttribute(key, spec);
    }
    svg.append(bar);
    x += width;
    keys.append(
      element("span", {}, element("span", { className: "key c" + i }), `${name} ${Number(spent[name]).toFixed(3)} ms`),
    );
  });
  return [svg, keys];
}

function stop(name, columns) {
  const table = element("table");
  for (const column of columns) {
    table.append(
      element(
        "tr",
        {},
        element("th", { scope: "row", textContent: column.name }),
        element("td", { textContent: shown(column) }),
      ),
    );
  }
  const head = element("h3", { textContent: name });
  if (columns.length <= 8) return element("li", {}, head, table);
  return element("li", {}, head, element("details", {}, element("summary", { textContent: `${columns.length} columns` }), table));
}

function shown(column) {
  if ("value" in column) return column.value === null ? "null" : String(column.value).slice(0, 400);
  if ("bytes" in column) return `${column.bytes} bytes`;
  const size = `${column.dtype ?? ""}[${column.shape.join("×")}] `;
  if (column.entries) {
    const entries = column.entries.slice(0, 8).map(([i, v]) => `${i}: ${brief(v)}`);
    return `${size}${column.nonzero} nonzero; ${entries.join(", ")}${column.nonzero > 8 ? ", …" : ""}`;
  }
  const values = column.values.slice(0, 12).map(brief).join(", ");
  const more = column.values.length > 12 || column.truncated ? ", …" : "";
  return `${size}${values}${more}${"mean" in column ? ` (${brief(column.min)} to ${brief(column.max)})` : ""}`;
}

// ---- code snippets -------------------------------------------------------------------------------

function write() {
  const call = request();
  document.getElementById("snippet").textContent = snippet(language, {
    url: location.origin + path + "/predict",
    type: call?.type ?? "image/png",
    body: call && typeof call.body === "string" ? call.body : null,
    file: object === "mail" ? "mail.eml" : "image.png",
  });
}

const tabs = [...document.querySelectorAll("[data-snippet]")];
function choose(tab) {
  language = tab.dataset.snippet;
  for (const other of tabs) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  tab.focus();
  write();
}
for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (key) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
    if (step) choose(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]);
  });
}
document.getElementById("copy").addEventListener("click", () => copy(document.getElementById("snippet").textContent));

// ---- the form ------------------------------------------------------------------------------------

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  predict();
});
form.addEventListener("input", (input) => {
  if (input.target === text) bytes = null;
  if (input.target !== file) write();
});
form.querySelector("[data-example]").addEventListener("click", example);

const drop = form.querySelector("[data-drop]");
async function receive(files) {
  if (!files[0]) return;
  take(new Uint8Array(await files[0].arrayBuffer()), object === "image" ? files[0].type : null);
  write();
}
if (drop) {
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (drag) => {
      drag.preventDefault();
      drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    });
  }
  drop.addEventListener("drop", (drag) => receive(drag.dataTransfer.files));
  file.addEventListener("change", () => receive(file.files));
}

write();
example();
