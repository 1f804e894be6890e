// JSON without loss. JavaScript rounds whole numbers beyond 2^53 and writes others in its own way;
// here such a number stays as it was written.

/** A number as it was written: computes as a number, shows as its text. */
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

/** Strings and numbers, so that what looks like a number inside of a string is none. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Begins the strings that stand for figures meanwhile; in no text of anybody's. */
const mark = `figure ${Math.random()} `;

/** As JSON.parse; a number that JavaScript would write otherwise becomes a Figure. */
export function parse(text) {
  const plain = JSON.parse(text); // also says whether it is JSON
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

/** As JSON.stringify; a Figure becomes what it was. */
export function stringify(value, indent) {
  const marked = JSON.stringify(value, (_, each) => (each instanceof Figure ? mark + each.text : each), indent);
  return marked?.replace(TOKENS, (token) => (token.startsWith('"' + mark) ? token.slice(mark.length + 1, -1) : token));
}

/** A number for a reader: whole ones with all their digits, others with five. */
export function brief(value) {
  if (typeof value !== "number" && !(value instanceof Figure)) return String(value);
  const number = Number(value);
  if (Number.isSafeInteger(number)) return String(number);
  return Number.isInteger(number) ? String(value) : String(Number(number.toPrecision(5)));
}
