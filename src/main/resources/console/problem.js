// Problems (RFC 9457) in words.
import { parse } from "./lossless.js";

/** What an answer that is no success says. */
export async function explained(answer) {
  const problem = await read(answer);
  const detail = problem.detail ?? `The answer is ${answer.status}.`;
  if (answer.status === 412) {
    return "Someone has changed this model meanwhile. Close this, look again, and decide again.";
  }
  return detail.charAt(0).toUpperCase() + detail.slice(1) + (/[.!?]$/.test(detail) ? "" : ".");
}

/** The document of an answer, without loss; an empty object where there is none. */
export async function read(answer) {
  try {
    return parse(await answer.text());
  } catch {
    return {};
  }
}
