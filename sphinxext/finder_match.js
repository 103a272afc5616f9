/* Which proven message a pasted text is. finder_match.py and what
   it imports specify it; a test compares the two. Touches no page. */
const errorFinder = (() => {
  "use strict";
  const LONGEST = 6000, REACH = 60, TOKENS = 80;
  const NAMED = 12, MARKED = 200, ON_LINE = 3, FIRST = 5, LAST = 8;
  const SHORTLIST = 24, MORE = 600, SHARE = 75, NEAR = 3, OTHER_NAME = 4, HALF_WORD = 3;
  const ENOUGH_NAMED = 100, ENOUGH_UNNAMED = 160, ENOUGH_BEGINNING = 60;
  const ENOUGH_OPENING = 260, UNUSED = 2;
  const GAP = "*";
  const MARKS = ["Error:", "Exception:", "Warning:"];
  const FAILURE =
    /(?<![\w.])(?:\w+\.){0,9}([A-Z]\w{0,60}(?:Error|Warning|Exception)|Exception):/g;
  const STOP = /^[ \t]*(?:Traceback \(|File "|During handling|The above exc|[~^]+[ \t]*$)/;
  const EDGE = /^(?:\[rank\d+\]:|E(?=[ \t])|[ \t]*\|)[ \t]*/;
  const LINE = /^[ \t]*[^ \t\n]/gm;
  const WORD_END = /\w$/;
  const TOKEN = new RegExp(
    "[A-Za-z]{1,20}://[^ \\t\\n'<>)\\]]+" +
    "|[\\w.~+-]{0,80}[\\\\/][^ \\t\\n':,;()<>\\[\\]]*" +
    "|\\d[\\w.]*" +
    "|([A-Za-z_]\\w*(?:(?:\\.|::)[A-Za-z_]\\w*)*)", "g");
  const DOT = /[.:]+|(?<=[A-Za-z\d_])(?=Backward\d*(?:[.:]|$))/;
  const UNLIKE_WORD = /[_\d]|[a-z][A-Z]/;
  const TYPES = new Set((
    "float double half long int short char byte bool complex str list tuple dict set " +
    "function method type module generator bytes cpu cuda meta mps xpu"
  ).split(" "));

  function split(text, match) {
    const end = match.index + match[0].length;
    const before = text.charAt(match.index - 1), after = text.charAt(end);
    const parts = match[1].split(DOT).filter(Boolean);
    const isName = parts.length > 1 || after === "(" || (before === "'" && after === "'");
    return parts.map((part) => {
      const small = part.replace(/\d+$/, "").toLowerCase();
      return { text: small, isName: isName || TYPES.has(small) || UNLIKE_WORD.test(part) };
    });
  }

  function tokens(text) {
    const even = text.slice(0, LONGEST).replace(/\\'/g, "'").replace(/[`´‘’“”"]/g, "'");
    const found = [];
    for (const match of even.matchAll(TOKEN)) {
      if (match[1]) found.push(...split(even, match));
      if (found.length >= TOKENS) break;
    }
    return found.slice(0, TOKENS);
  }

  function read(text, start, kind) {
    const lines = text.slice(start, start + LONGEST).split("\n").slice(0, REACH);
    let end = 1;
    while (end < lines.length && !STOP.test(lines[end])) {
      if (lines[end].search(FAILURE) >= 0) break;
      end++;
    }
    const whole = lines.slice(0, end).join("\n");
    const clean = lines.slice(0, end).map((line) => line.replace(EDGE, ""));
    const head = kind ? [{ text: kind.toLowerCase() + ":", isName: true }] : [];
    return {
      tokens: [...head, ...tokens(clean.join("\n"))].slice(0, TOKENS),
      first: Math.min(TOKENS, head.length + tokens(clean[0]).length),
      hasKind: Boolean(kind),
      broken: start + whole.length === text.length && WORD_END.test(whole),
    };
  }

  function lastBefore(text, word, end) {
    return end < word.length ? -1 : text.lastIndexOf(word, end - word.length);
  }

  function named(text) {
    const found = [];
    const at = MARKS.map((word) => text.lastIndexOf(word));
    for (let tried = 0; tried < MARKED && found.length < NAMED; tried++) {
      const mark = Math.max(...at);
      if (mark < 0) break;
      const begin = lastBefore(text, "\n", mark) + 1;
      MARKS.forEach((word, n) => {
        if (at[n] >= begin) at[n] = lastBefore(text, word, begin);
      });
      const start = Math.max(begin, mark - LONGEST);
      const line = text.slice(start, mark + 10);
      for (const match of [...line.matchAll(FAILURE)].slice(0, ON_LINE)) {
        found.push(read(text, start + match.index + match[0].length, match[1]));
      }
    }
    return once(found.slice(0, NAMED));
  }

  function once(messages) {
    const key = ({ tokens, first, broken }) =>
      [first, broken, ...tokens.map(({ text, isName }) => text + +isName)].join(" ");
    return [...new Map(messages.map((message) => [key(message), message])).values()];
  }

  function unnamed(text) {
    const rest = Math.max(0, text.length - LONGEST);
    const at = (part) => Array.from(part.matchAll(LINE), (match) => match.index);
    const opening = at(text.slice(0, LONGEST)).slice(0, FIRST);
    const closing = at(text.slice(rest)).slice(-LAST).map((index) => rest + index);
    const starts = [...new Set([...opening, ...closing])].sort((a, b) => a - b);
    return once(starts.map((start) => read(text, start, "")));
  }

  function pattern(words, [packed, python, sections]) {
    const tokens = [], names = [], gains = [], costs = [], upto = [0];
    let sum = 0;
    for (const item of packed.split(" ")) {
      const name = item[0] === "'" || item === GAP;
      const [word, weight] = item === GAP ? [GAP, 0] : words[+item.replace("'", "")];
      const gain = name && !python ? weight >> 1 : weight;
      tokens.push(word);
      names.push(name);
      gains.push(gain);
      costs.push(name && !python ? Math.min(gain, OTHER_NAME) : gain);
      upto.push(upto.at(-1) + costs.at(-1));
      sum += gain;
    }
    const hasKind = tokens[0].endsWith(":");
    return { tokens, names, gains, costs, upto, weight: sum, hasKind, python, sections };
  }

  function agreement(pattern, row, message, column) {
    const mine = pattern.tokens[row], theirs = message.tokens[column].text;
    if (mine === theirs) return pattern.gains[row];
    const last = message.broken && column === message.tokens.length - 1;
    return last && mine.startsWith(theirs) ? pattern.gains[row] >> 1 : -1;
  }

  /* Four numbers a cell: gain less cost, gain, and where both begin. */
  const cells = new Int32Array(4 * (TOKENS + 1) * (TOKENS + 1));

  function grid(pattern, message, costs) {
    const width = message.tokens.length, line = 4 * (width + 1);
    for (let column = 0; column <= width; column++) {
      cells.set([0, 0, 0, column], 4 * column);
    }
    pattern.tokens.forEach((token, row) => {
      const cost = pattern.costs[row];
      const loose = pattern.names[row] && !pattern.python;
      cells.set([0, 0, row + 1, 0], line * (row + 1));
      for (let column = 0; column < width; column++) {
        const their = message.tokens[column], here = line * (row + 1) + 4 * (column + 1);
        const left = here - 4, up = here - line, cell = up - 4;
        const gain = agreement(pattern, row, message, column);
        let from = cell, score = cells[cell];
        if (gain >= 0) score += gain;
        else if (token !== GAP) {
          score -= loose && their.isName ? OTHER_NAME : cost + costs[column];
        }
        if (cells[up] - cost > score) { from = up; score = cells[up] - cost; }
        if (cells[left] - costs[column] > score) {
          from = left;
          score = cells[left] - costs[column];
        }
        cells[here] = score;
        cells[here + 1] = cells[from + 1] + (from === cell ? Math.max(0, gain) : 0);
        cells[here + 2] = cells[from + 2];
        cells[here + 3] = cells[from + 3];
      }
    });
  }

  function align(pattern, message, costs) {
    grid(pattern, message, costs);
    const last = pattern.tokens.length, width = message.tokens.length;
    const upto = [0];
    for (const cost of costs) upto.push(upto.at(-1) + cost);
    let best = null;
    function end(row, column) {
      const at = 4 * (row * (width + 1) + column);
      const [score, gain, start, begun] = cells.subarray(at, at + 4);
      const open = Math.max(0, upto[message.first] - upto[column]);
      const cost = gain - score + (row === last ? open >> 1 : 0);
      const unused = pattern.upto[last] - pattern.upto[row] + pattern.upto[start];
      const value = gain - cost - (unused ? UNUSED : 0);
      if (!best || value > best.value) best = { value, gain, cost, begun, start };
    }
    for (let row = 1; row < last; row++) end(row, message.first);
    for (let row = 1; row < last; row++) end(row, width);
    for (let column = 1; column <= width; column++) end(last, column);
    return best;
  }

  function opening(pattern, message) {
    let row = +pattern.hasKind, column = +message.hasKind, gain = 0;
    while (row < pattern.tokens.length && column < message.tokens.length) {
      const won = agreement(pattern, row, message, column);
      if (won < 0 && pattern.tokens[row] !== GAP) break;
      gain += Math.max(0, won);
      row++;
      column++;
    }
    return { value: gain - UNUSED, gain };
  }

  function counts(found, held, weight, hasKind) {
    if (!found.cost && begins(found, held, hasKind)) return true;
    return !(held.python && found.cost) &&
      found.gain >= (hasKind ? ENOUGH_NAMED : ENOUGH_UNNAMED) &&
      100 * found.gain >= SHARE * (found.gain + found.cost) &&
      2 * found.gain >= Math.min(held.weight, weight);
  }

  function begins(found, held, hasKind) {
    if (hasKind && held.hasKind) {
      return !found.start && !found.begun && found.gain > held.gains[0];
    }
    return found.start <= +held.hasKind && found.begun <= +hasKind &&
      found.gain >= ENOUGH_BEGINNING;
  }

  class Finder {
    constructor(data) {
      const words = data.words.flatMap(([weight, some]) =>
        some.split(" ").map((word) => [word, weight]));
      this.weights = new Map(words);
      this.unknown = Math.max(...this.weights.values());
      this.patterns = data.patterns.map((row) => pattern(words, row));
      this.holding = new Map(words.map(([word]) => [word, []]));
      this.patterns.forEach((held, number) => {
        for (const token of new Set(held.tokens)) this.holding.get(token)?.push(number);
      });
    }

    find(text) {
      const even = text.replace(/\r\n?/g, "\n").replace(/[ \t\n]+$/, "");
      const found = new Set();
      for (const message of named(even)) {
        for (const section of this.ranked([message])) found.add(section);
      }
      return [...(found.size ? found : this.ranked(unnamed(even)))];
    }

    ranked(messages) {
      const best = new Map();
      for (const message of messages) {
        for (const [value, section] of this.matches(message)) {
          best.set(section, Math.max(value, best.get(section) ?? value));
        }
      }
      return [...best.keys()].sort((a, b) => best.get(b) - best.get(a) || a - b);
    }

    matches(message) {
      const costs = message.tokens.map((token) =>
        token.isName ? OTHER_NAME : this.weights.get(token.text) ?? this.unknown);
      const weight = costs.reduce((a, b) => a + b, 0);
      const found = [];
      let top = 0, least = 0;
      for (const [shared, number] of this.shortlist(message)) {
        if (4 * shared < NEAR * top) break;
        const held = this.patterns[number];
        let beside = align(held, message, costs);
        let agrees = counts(beside, held, weight, message.hasKind);
        if (!agrees && !held.python) {
          beside = opening(held, message);
          agrees = beside.gain >= ENOUGH_OPENING;
        }
        if (agrees) {
          found.push([beside.value, held.sections]);
          top = Math.max(top, beside.value);
          if (!held.sections.length) least = Math.max(least, beside.value);
        }
      }
      return found
        .filter(([value]) => value >= least && 4 * value >= NEAR * top)
        .flatMap(([value, sections]) => sections.map((section) => [value, section]));
    }

    shortlist(message) {
      const shared = new Map();
      const texts = new Set(message.tokens.map((token) => token.text));
      const half = message.broken ? message.tokens.at(-1)?.text ?? "" : "";
      if (half.length >= HALF_WORD) {
        for (const word of this.weights.keys()) {
          if (word.startsWith(half)) texts.add(word);
        }
      }
      for (const text of texts) {
        for (const number of this.holding.get(text) ?? []) {
          shared.set(number, (shared.get(number) ?? 0) + this.weights.get(text));
        }
      }
      const total = (number) => this.patterns[number].weight;
      const size = SHORTLIST + Math.floor(MORE / Math.max(1, message.tokens.length));
      return [...shared.keys()]
        .sort((a, b) => shared.get(b) - shared.get(a) || total(a) - total(b) || a - b)
        .slice(0, size)
        .map((number) => [shared.get(number), number]);
    }
  }
  return { Finder };
})();
