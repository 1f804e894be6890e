// A file sent in parts, by the public API: what has come stays, so an upload whose line broke goes
// on where it was, in this page or the next one.

const PART = 4 << 20;
const PATIENCE = 6;

/** Whether `file` is sent in parts. */
export const large = (file) => file.size > PART;

/** Marks `file` for this browser; not its content, which may be larger than memory. */
const mark = (model, file) => `slipway-upload ${model} ${file.name} ${file.size} ${file.lastModified}`;

/**
 * Sends `file` and answers the id of the upload, which is whole then.
 *
 * @param told called with the bytes that have come
 * @param stop an AbortSignal
 */
export async function sendInParts(model, file, type, told, stop) {
  const base = `/api/v1/models/${encodeURIComponent(model)}/uploads`;
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
      if (failure instanceof Refused || stop.aborted || ++failures > PATIENCE) throw failure;
      await new Promise((done) => setTimeout(done, Math.min(8_000, 500 * 2 ** failures)));
      upload = (await begun(base, upload.id).catch(() => null)) ?? upload;
    }
  }
  return { id: upload.id, forget: () => localStorage.removeItem(key) };
}

/** An answer that says no; it is no use to try again. */
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

/** The upload `id`, if it is there still. */
async function begun(base, id) {
  if (!id) return null;
  const answer = await fetch(`${base}/${id}`);
  return answer.ok ? answer.json() : null;
}

/** One part; by the one way of a browser to tell how much of a body is sent. */
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
      // 409: more has come than was acknowledged; 503: the store is away. Both pass.
      if (request.status === 409 || request.status === 503) failed(new Error("not now"));
      else answered(answer).then(done, failed);
    });
    request.addEventListener("error", () => failed(new Error("the line broke")));
    request.addEventListener("abort", () => failed(new Error("stopped")));
    stop.addEventListener("abort", end);
    request.send(file.slice(offset, offset + PART));
  });
}
