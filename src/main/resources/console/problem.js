// Problem documents (RFC 9457) as sentences.
import { parse } from "./lossless.js";

/** The message of an error answer. */
export async function explained(answer) {
  const problem = await read(answer);
  const detail = problem.detail ?? `The server answered with status ${answer.status}.`;
  if (answer.status === 412) {
    return "Someone else changed this model in the meantime. Close this, check the current state, and try again.";
  }
  return detail.charAt(0).toUpperCase() + detail.slice(1) + (/[.!?]$/.test(detail) ? "" : ".");
}

/** The JSON body of an answer, with numbers preserved; an empty object where there is none. */
export async function read(answer) {
  try {
    return parse(await answer.text());
  } catch {
    return {};
  }
}
