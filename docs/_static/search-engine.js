/* The search without its page: words, index, ranking, and what is shown of a place.
   Needs MiniSearch and searchDocuments; sets the global guideSearch. */
(function () {
  "use strict";

  const HAN = /[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/u;
  const WORD = new RegExp(`${HAN.source}+|(?:(?!${HAN.source})[\\p{L}\\p{N}_])+|[-+*/]=`, "gu");
  /* A name and its owner, autograd.grad, are a word of their own. */
  const DOTTED = /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/;
  const INNER = /_+|(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=[0-9]+$)/;
  const SLIGHT = /^(\p{N}+|[a-z])$/u;
  const FIELDS = { title: 2.5, page: 1, text: 1, names: 0.7, asked: 2 };
  const SHORTEST_STEM = 4;
  const STEP = 16;
  /* What a reader sees of a place, by field; names have no Han characters. */
  const TEXTS = [
    (place) => place[2],
    (place) => pages[place[0]][1],
    (place) => place[3],
    () => "",
    (place) => place[6] || "",
  ];

  /* Weights of what a query's word also finds, against the word itself. */
  const PART = 0.4;
  const SYNONYM = 0.5;
  const WEAK = 0.3;
  const OWNED = 0.3;
  const PREFIX = 0.3;
  const SLIP = 0.4;
  /* A place that has none of the words would still count this much. */
  const BARE = 0.2;
  /* More than 1: one place that has all words is better than one that repeats some. */
  const TOGETHER = 1.5;
  /* A second place of one page counts this much less, a third twice that. */
  const SAME_PAGE = 0.9;
  /* A message counts this much, and up to once more when it is asked for whole. */
  const QUOTED = 0.5;
  const WHOLE = 0.6;
  /* A title, or a wording, that has the query letter for letter counts this much more. */
  const LITERAL = 3;
  const SHORTEST_LITERAL = 3;

  const { pages, places, words } = searchDocuments;
  const stop = new Set(words.stop);
  const weak = new Set(words.weak.map(stem));

  function stem(word) {
    const ending = words.endings.find(
      ([end]) => word.endsWith(end) && word.length - end.length >= SHORTEST_STEM
    );
    return ending ? word.slice(0, word.length - ending[0].length) + ending[1] : word;
  }

  /* Han characters have no spaces: each pair of neighbours is a word. */
  function pairs(run) {
    return run.length < 2 ? [run] : [...run].slice(1).map((sign, i) => run[i] + sign);
  }

  const isHan = (word) => HAN.test(word);

  function split(text, cutHan = pairs) {
    const found = [];
    let last = "";
    let end = -1;
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      found.push(...(isHan(word) ? cutHan(word) : [word]));
      if (start === end + 1 && text[end] === "." && DOTTED.test(`${last}.${word}`)) {
        found.push(`${last}.${word}`);
      }
      last = word;
      end = start + word.length;
    }
    return found;
  }

  /* Return what a word is found by: a name itself, then its parts. */
  function terms(word) {
    if (DOTTED.test(word)) return [word.toLowerCase()];
    const parts = word.split(INNER).filter(Boolean).map((part) => part.toLowerCase());
    const found = parts.filter((part) => !stop.has(part)).map(stem);
    const whole = word.toLowerCase().replace(/^_+|_+$/g, "");
    return parts.length > 1 ? [whole, ...found] : found;
  }

  /* Where a term stands, unpacked when it is first looked for: the lists of all
     terms would take longer than anything else that a reader waits for. */
  class Lists {
    constructor(fields) {
      this.fields = fields;
      this.unpacked = new Map();
    }

    get(field) {
      if (!this.fields[field]) return undefined;
      if (!this.unpacked.has(field)) this.unpacked.set(field, unpack(this.fields[field]));
      return this.unpacked.get(field);
    }
  }

  /* The same of Han characters, which the index leaves out: the texts are looked
     through when a reader asks for them. */
  class Runs {
    constructor(term) {
      this.found = TEXTS.map((read) => {
        const counts = new Map();
        places.forEach((place, id) => {
          const count = read(place).split(term).length - 1;
          if (count) counts.set(id, count);
        });
        return counts;
      });
    }

    get(field) {
      return this.found[field].size ? this.found[field] : undefined;
    }
  }

  /* Undo what the build packed: steps and counts to place, count. */
  function unpack(numbers) {
    const counts = new Map();
    let place = 0;
    for (const number of numbers) {
      place += Math.floor(number / STEP);
      counts.set(place, number % STEP);
    }
    return counts;
  }

  function load({ lengths, average, terms: lists }) {
    const names = Object.keys(FIELDS);
    const ids = places.map((_, id) => [id, id]);
    const loaded = MiniSearch.loadJS(
      {
        documentCount: places.length,
        nextId: places.length,
        documentIds: Object.fromEntries(ids),
        fieldIds: Object.fromEntries(names.map((name, id) => [name, id])),
        fieldLength: Object.fromEntries(lengths.map((length, id) => [id, length])),
        averageFieldLength: average,
        storedFields: {},
        dirtCount: 0,
        index: [],
        serializationVersion: 2,
      },
      {
        fields: names,
        searchOptions: {
          boost: FIELDS,
          tokenize: (query) => query.split(" "),
          processTerm: (term) => term,
        },
      }
    );
    /* Not in MiniSearch's manual: it asks what is set here for its get alone. */
    for (const term of Object.keys(lists)) loaded._index.set(term, new Lists(lists[term]));
    return loaded;
  }

  const vocabulary = searchDocuments.index.terms;
  const index = load(searchDocuments.index);
  const isIndexed = (term) => Object.hasOwn(vocabulary, term);

  /* Return where a run of Han characters stands, once it was looked for. */
  function runs(term) {
    if (!index._index.has(term)) index._index.set(term, new Runs(term));
    return index._index.get(term);
  }

  /* Return in how many places a term stands. */
  function placesOf(term) {
    if (isHan(term)) return Math.max(...runs(term).found.map((counts) => counts.size));
    const lists = isIndexed(term) ? Object.values(vocabulary[term]) : [];
    return Math.max(0, ...lists.map((list) => list.length));
  }

  /* Words of Han characters that a query is cut into; what is between them, by pairs. */
  const known = new Set(
    [...words.stop, ...words.weak, ...words.phrases, ...words.synonyms.flat()].filter(isHan)
  );
  const longest = Math.max(0, ...[...known].map((word) => word.length));

  /* Return the word that is known at `start`, the longest, or nothing. */
  function wordAt(run, start) {
    for (let end = Math.min(run.length, start + longest); end > start; end -= 1) {
      if (known.has(run.slice(start, end))) return run.slice(start, end);
    }
    return "";
  }

  /* Return what a run of Han characters asks for: for each word its terms. */
  function cut(run) {
    const found = [];
    let rest = "";
    const flush = () => {
      const made = rest ? pairs(rest).map((pair) => [pair]) : [];
      found.push(...made.filter(([pair]) => placesOf(pair)));
      rest = "";
    };
    for (let at = 0; at < run.length; ) {
      const word = wordAt(run, at);
      if (!word) rest += run[at];
      else {
        flush();
        if (!stop.has(word)) found.push(word.length > 3 ? [word, ...pairs(word)] : [word]);
      }
      at += word.length || 1;
    }
    flush();
    return found;
  }

  /* Return the words of a query, each with all that it is found by. */
  function asked(query) {
    const found = split(query, (run) => [run]);
    return found.flatMap((word) => (isHan(word) ? cut(word) : [terms(word)])).filter((of) => of.length);
  }

  const synonyms = words.synonyms.map((group) =>
    group.map((phrase) => asked(phrase).map(([first]) => first))
  );

  function importance(term) {
    if (DOTTED.test(term)) return OWNED;
    return weak.has(term) || SLIGHT.test(term) ? WEAK : 1;
  }

  /* Return what a query asks for: one map of terms to weights for each word. */
  function wishes(query) {
    const wanted = asked(query);
    const flat = wanted.map(([first]) => first);
    const groups = wanted.map(
      ([first, ...parts]) => new Map([[first, importance(first)], ...parts.map((part) => [part, PART])])
    );
    for (const group of synonyms) {
      const meant = group.find((phrase) => position(flat, phrase) >= 0);
      if (!meant) continue;
      const wish = groups[position(flat, meant)];
      for (const term of group.filter((phrase) => phrase !== meant).flat()) {
        if (!flat.includes(term)) wish.set(term, Math.max(SYNONYM, wish.get(term) || 0));
      }
    }
    return groups;
  }

  function position(sequence, phrase) {
    for (let start = 0; start + phrase.length <= sequence.length; start += 1) {
      if (phrase.every((word, i) => sequence[start + i] === word)) return start;
    }
    return -1;
  }

  /* Return how much a term tells: little where many places have it. */
  function rarity(term) {
    return Math.log(1 + places.length / (1 + placesOf(term)));
  }

  /* Return the places that answer `query`, best first, at most `limit`. */
  function find(query, limit) {
    const groups = wishes(query.normalize("NFKC"));
    const asIs = split(query).length < SHORTEST_LITERAL ? "" : query.trim().toLowerCase();
    const last = groups.length && !/\s$/.test(query) ? [...groups.at(-1).keys()][0] : "";
    const weights = new Map();
    for (const group of groups) {
      for (const [term, weight] of group) {
        if (isHan(term)) runs(term);
        weights.set(term, Math.max(weight, weights.get(term) || 0));
      }
    }
    const values = groups.map((group) => rarity([...group.keys()][0]));
    const total = values.reduce((sum, value) => sum + value, 0);
    const results = index.search([...weights.keys()].join(" "), {
      boostTerm: (term) => weights.get(term),
      prefix: (term) => !isHan(term) && (term === last || !isIndexed(term)),
      fuzzy: (term) => (isHan(term) || isIndexed(term) || term.length < 4 ? false : 0.25),
      weights: { prefix: PREFIX, fuzzy: SLIP },
      boostDocument: (id) => places[id][4],
    });
    const ranked = results.map((result) => {
      const matched = new Set(result.queryTerms);
      let covered = 0;
      groups.forEach((group, i) => {
        const best = [...group].filter(([term]) => matched.has(term)).map(([, weight]) => weight);
        covered += Math.max(0, ...best) * values[i];
      });
      const literal = asIs !== "" && has(result.id, asIs);
      const score = (result.score / result.queryTerms.length) * (BARE + covered / total) ** TOGETHER;
      const terms = Object.keys(result.match);
      return { id: result.id, score: literal ? LITERAL * score : score, terms, literal };
    });
    ranked.sort((a, b) => b.score - a.score);
    const best = ranked.slice(0, 60);
    for (const result of best) result.score *= quoted(result);
    return spread(best.sort((a, b) => b.score - a.score)).slice(0, limit);
  }

  /* Tell whether a query stands in the title of a place, or in how people ask for it. */
  function has(id, query) {
    const [, , title, , , , wordings = ""] = places[id];
    return title.toLowerCase().includes(query) || wordings.includes(query);
  }

  /* Return what a message counts more or less by how much of it was asked for. */
  function quoted({ id, terms: found, literal }) {
    const [, , title, , , length] = places[id];
    if (!length) return 1;
    if (literal) return QUOTED + WHOLE;
    const hits = new Set(found);
    const shares = [title.slice(0, length), title.slice(length)].map((part) => share(part, hits));
    return QUOTED + WHOLE * Math.max(...shares);
  }

  /* Return how much of `text` is in `hits`, from 0 to 1. */
  function share(text, hits) {
    const han = [...hits].filter(isHan).flatMap(pairs);
    const all = new Set(split(text).flatMap((word) => (isHan(word) ? [word] : terms(word))));
    const values = [...all].map((term) => [importance(term), hits.has(term) || han.includes(term)]);
    const sum = (list) => list.reduce((before, [value]) => before + value, 0);
    return sum(values.filter(([, hit]) => hit)) / (sum(values) || 1);
  }

  /* Lower what comes from a page that stands higher already. */
  function spread(ranked) {
    const seen = new Map();
    for (const result of ranked) {
      const page = places[result.id][0];
      const before = seen.get(page) || 0;
      result.score *= SAME_PAGE ** before;
      seen.set(page, before + 1);
    }
    return ranked.sort((a, b) => b.score - a.score);
  }

  /* Return where `text` holds what was found: [start, end], in order. */
  function hitsIn(text, found) {
    const hits = [];
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      if (!isHan(word) && terms(word).some((term) => found.has(term))) {
        hits.push([start, start + word.length]);
      }
    }
    for (const term of [...found].filter(isHan)) {
      for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
        hits.push([at, at + term.length]);
      }
    }
    return hits.sort(([a], [b]) => a - b);
  }

  /* Return `text` cut into pieces [words, marked] where `found` holds the marked. */
  function marked(text, found) {
    const pieces = [];
    let end = 0;
    for (const [from, to] of hitsIn(text, found)) {
      if (to <= end) continue;
      const start = Math.max(from, end);
      if (start > end) pieces.push([text.slice(end, start), false]);
      if (from <= end && pieces.length) pieces.at(-1)[0] += text.slice(start, to);
      else pieces.push([text.slice(start, to), true]);
      end = to;
    }
    if (end < text.length) pieces.push([text.slice(end), false]);
    return pieces;
  }

  const SENTENCE = /[^.!?。！？]+(?:[.!?](?!\s|$)[^.!?。！？]*)*[.!?。！？]*\s*/gu;
  const LONGEST_PASSAGE = 220;

  /* Return how much room `text` takes: a Han character that of two letters. */
  const room = (text) => text.length + (text.match(/[\u3000-\u9fff\uf900-\uffee]/g) || []).length;

  /* Return the sentences of `text` that hold the most of `found`. */
  function passage(text, found) {
    const sentences = text.match(SENTENCE) || [];
    const values = sentences.map((sentence) => {
      const latin = split(sentence).flatMap((word) => (isHan(word) ? [] : terms(word)));
      const han = [...found].filter((term) => isHan(term) && sentence.includes(term));
      return new Set([...latin.filter((term) => found.has(term)), ...han]).size;
    });
    const best = values.indexOf(Math.max(...values));
    let shown = "";
    for (let i = Math.max(best, 0); i < sentences.length; i += 1) {
      if (shown && room(shown + sentences[i]) > LONGEST_PASSAGE) break;
      shown += sentences[i];
    }
    if (room(shown) <= 2 * LONGEST_PASSAGE) return shown;
    const end = Math.floor((2 * LONGEST_PASSAGE * shown.length) / room(shown));
    return `${shown.slice(0, end)}…`;
  }

  /* Return a result as its page shows it: address, titles, passage. */
  function show(result) {
    const [page, anchor, title, text, , quotedLength] = places[result.id];
    const found = new Set(result.terms);
    const end = quotedLength || title.length;
    return {
      address: pages[page][0] + (anchor && `#${anchor}`),
      page: pages[page][1],
      title: marked(title.slice(0, end), found),
      meaning: marked(title.slice(end).trim(), found),
      passage: marked(passage(text, found), found),
    };
  }

  globalThis.guideSearch = (query, limit) => find(query, limit).map(show);
  globalThis.guideSearch.terms = (text) => split(text).flatMap(terms);
})();
