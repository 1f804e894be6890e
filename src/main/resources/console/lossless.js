// JSON parsing and writing that preserves numbers. JavaScript rounds integers beyond 2^53 and reformats
// other numbers; here each such number keeps its original text.

/** A number that keeps its original text: it computes as a number and prints as written. */
export class Figure {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
  valueOf() {
    return Number(this.text);
  }
}

/** Strings and numbers; strings are matched so that digits inside of them are skipped. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The prefix of strings that stand for Figures during conversion; random, so that no input contains it. */
const mark = `figure ${Math.random()} `;

/** Like JSON.parse; a number that JavaScript would write differently becomes a Figure. */
export function parse(text) {
  const plain = JSON.parse(text); // throws where the text is not JSON
  let figures = false;
  const marked = text.replace(TOKENS, (token) => {
    if (token[0] === '"' || String(Number(token)) === token) return token;
    figures = true;
    return JSON.stringify(mark + token);
  });
  if (!figures) return plain;
  return JSON.parse(marked, (_, value) =>
    typeof value === "string" && value.startsWith(mark) ? new Figure(value.slice(mark.length)) : value,
  );
}

/** Like JSON.stringify; a Figure is written with its original text. */
export function stringify(value, indent) {
  const marked = JSON.stringify(value, (_, each) => (each instanceof Figure ? mark + each.text : each), indent);
  return marked?.replace(TOKENS, (token) => (token.startsWith('"' + mark) ? token.slice(mark.length + 1, -1) : token));
}

/** A number for display: integers with all digits, others with five significant digits. */
export function brief(value) {
  if (typeof value !== "number" && !(value instanceof Figure)) return String(value);
  const number = Number(value);
  if (Number.isSafeInteger(number)) return String(number);
  return Number.isInteger(number) ? String(value) : String(Number(number.toPrecision(5)));
}
