// Resumable uploads by the public API: a file is sent in parts. The server keeps the parts received, so
// an interrupted upload resumes where it stopped, also after the page was reloaded.

import { at } from "./page.js";

const PART = 4 << 20;
const MAX_RETRIES = 6;

/** Whether `file` is sent in parts. */
export const large = (file) => file.size > PART;

/** The key of an upload in the browser's storage: the file's name, size and time, not its content. */
const mark = (model, file) => `slipway-upload ${model} ${file.name} ${file.size} ${file.lastModified}`;

/**
 * Sends the whole of `file` and returns the id of the upload.
 *
 * @param told called with the number of bytes received so far
 * @param stop an AbortSignal
 */
export async function sendInParts(model, file, type, told, stop) {
  const base = at(`/api/v1/models/${encodeURIComponent(model)}/uploads`);
  const key = mark(model, file);
  let upload = await begun(base, localStorage.getItem(key));
  if (!upload) {
    upload = await answered(
      await fetch(base, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ size: file.size, type }),
        signal: stop,
      }),
    );
    localStorage.setItem(key, upload.id);
  }
  let failures = 0;
  while (upload.offset < file.size) {
    told(upload.offset);
    try {
      upload = await part(`${base}/${upload.id}`, file, upload.offset, told, stop);
      failures = 0;
    } catch (failure) {
      if (failure instanceof Refused || stop.aborted || ++failures > MAX_RETRIES) throw failure;
      await new Promise((done) => setTimeout(done, Math.min(8_000, 500 * 2 ** failures)));
      upload = (await begun(base, upload.id).catch(() => null)) ?? upload;
    }
  }
  return { id: upload.id, forget: () => localStorage.removeItem(key) };
}

/** An error answer that a retry would not change. */
export class Refused extends Error {
  constructor(answer) {
    super(`status ${answer.status}`);
    this.answer = answer;
  }
}

async function answered(answer) {
  if (!answer.ok) throw new Refused(answer);
  return answer.json();
}

/** The upload `id`, or null where it no longer exists. */
async function begun(base, id) {
  if (!id) return null;
  const answer = await fetch(`${base}/${id}`);
  return answer.ok ? answer.json() : null;
}

/** Sends one part. By XMLHttpRequest, as `fetch` does not report the progress of an upload. */
function part(url, file, offset, told, stop) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const end = () => request.abort();
    request.open("PATCH", url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.upload.addEventListener("progress", (progress) => told(offset + progress.loaded));
    request.addEventListener("loadend", () => stop.removeEventListener("abort", end));
    request.addEventListener("load", () => {
      const answer = new Response(request.responseText, { status: request.status });
      // 409: the server has more than it acknowledged; 503: its store is unavailable. Both are retried.
      if (request.status === 409 || request.status === 503) failed(new Error("retry later"));
      else answered(answer).then(done, failed);
    });
    request.addEventListener("error", () => failed(new Error("connection lost")));
    request.addEventListener("abort", () => failed(new Error("stopped")));
    stop.addEventListener("abort", end);
    request.send(file.slice(offset, offset + PART));
  });
}
