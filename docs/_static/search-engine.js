/* The search without its page: words, index, ranking, passages.
   Needs MiniSearch and searchDocuments; sets the global guideSearch. */
(function () {
  "use strict";

  const WORD = /[\p{L}\p{N}_]+|[-+*/]=/gu;
  const HAN = /([\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)/u;
  /* A name and its owner, autograd.grad, are a word of their own. */
  const DOTTED = /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/;
  const INNER = /_+|(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z]{3})(?=[0-9]+$)/;
  const SLIGHT = /^(\p{N}+|[a-z])$/u;
  const FIELDS = { title: 2.5, page: 1, text: 1, names: 0.7, asked: 2 };
  const SHORTEST_STEM = 4;
  const STEP = 16;

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

  function split(text) {
    const found = [];
    let last = "";
    let end = -1;
    for (const { 0: word, index: start } of text.matchAll(WORD)) {
      found.push(...word.split(HAN).flatMap((part) => (HAN.test(part) ? pairs(part) : part || [])));
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

  const synonyms = words.synonyms.map((group) =>
    group.map((phrase) => split(phrase).map((word) => terms(word)[0]).filter(Boolean))
  );

  function importance(term) {
    if (DOTTED.test(term)) return OWNED;
    return weak.has(term) || SLIGHT.test(term) ? WEAK : 1;
  }

  /* Return what a query asks for: one map of terms to weights for each word. */
  function wishes(query) {
    const asked = [...new Set(split(query))].map(terms).filter((found) => found.length);
    const flat = asked.map((found) => found[0]);
    const groups = asked.map(
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
    const lists = Object.hasOwn(vocabulary, term) ? Object.values(vocabulary[term]) : [[]];
    const count = Math.max(...lists.map((list) => list.length));
    return Math.log(1 + places.length / (1 + count));
  }

  /* Return the places that answer `query`, best first, at most `limit`. */
  function find(query, limit) {
    const groups = wishes(query);
    const last = groups.length && !/\s$/.test(query) ? [...groups.at(-1).keys()][0] : "";
    const weights = new Map();
    for (const group of groups) {
      for (const [term, weight] of group) {
        weights.set(term, Math.max(weight, weights.get(term) || 0));
      }
    }
    const values = groups.map((group) => rarity([...group.keys()][0]));
    const total = values.reduce((sum, value) => sum + value, 0);
    const results = index.search([...weights.keys()].join(" "), {
      boostTerm: (term) => weights.get(term),
      prefix: (term) => term === last || !Object.hasOwn(vocabulary, term),
      fuzzy: (term) => (Object.hasOwn(vocabulary, term) || term.length < 4 ? false : 0.25),
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
      const score = (result.score / result.queryTerms.length) * (BARE + covered / total) ** TOGETHER;
      return { id: result.id, score, terms: Object.keys(result.match) };
    });
    ranked.sort((a, b) => b.score - a.score);
    const best = ranked.slice(0, 60);
    for (const result of best) result.score *= quoted(result);
    return spread(best.sort((a, b) => b.score - a.score)).slice(0, limit);
  }

  /* Return what a message counts more or less by how much of it was asked for. */
  function quoted({ id, terms: found }) {
    const [, , title, , , isQuoted] = places[id];
    if (!isQuoted) return 1;
    const all = new Set(split(title).flatMap(terms));
    const known = new Set(found);
    const values = [...all].map((term) => [importance(term), known.has(term)]);
    const sum = (list) => list.reduce((before, [value]) => before + value, 0);
    return QUOTED + (WHOLE * sum(values.filter(([, hit]) => hit))) / (sum(values) || 1);
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

  /* Return `text` cut into pieces [words, marked] where `found` holds the marked. */
  function marked(text, found) {
    const pieces = [];
    let end = 0;
    for (const match of text.matchAll(WORD)) {
      const hit = split(match[0]).flatMap(terms).some((term) => found.has(term));
      if (!hit) continue;
      if (match.index > end) pieces.push([text.slice(end, match.index), false]);
      pieces.push([match[0], true]);
      end = match.index + match[0].length;
    }
    if (end < text.length) pieces.push([text.slice(end), false]);
    return pieces;
  }

  const SENTENCE = /[^.!?。！？]+(?:[.!?](?!\s|$)[^.!?。！？]*)*[.!?。！？]*\s*/gu;
  const LONGEST_PASSAGE = 220;

  /* Return the sentences of `text` that hold the most of `found`. */
  function passage(text, found) {
    const sentences = text.match(SENTENCE) || [];
    const values = sentences.map((sentence) => {
      const hits = new Set(split(sentence).flatMap(terms).filter((term) => found.has(term)));
      return hits.size;
    });
    const best = values.indexOf(Math.max(...values));
    let shown = "";
    for (let i = Math.max(best, 0); i < sentences.length; i += 1) {
      if (shown && shown.length + sentences[i].length > LONGEST_PASSAGE) break;
      shown += sentences[i];
    }
    return shown.length > 2 * LONGEST_PASSAGE ? `${shown.slice(0, 2 * LONGEST_PASSAGE)}…` : shown;
  }

  /* Return a result as its page shows it: address, titles, passage. */
  function show(result) {
    const [page, anchor, title, text] = places[result.id];
    const found = new Set(result.terms);
    return {
      address: pages[page][0] + (anchor && `#${anchor}`),
      page: pages[page][1],
      title: marked(title, found),
      passage: marked(passage(text, found), found),
    };
  }

  globalThis.guideSearch = (query, limit) => find(query, limit).map(show);
  globalThis.guideSearch.terms = (text) => split(text).flatMap(terms);
})();
