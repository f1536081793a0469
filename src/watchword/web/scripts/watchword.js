// Watchword for programs in JavaScript: one file, no dependency. Node 18 and newer, Deno, Bun, workers, browsers.
//
//   import { Watchword, challenges } from "./watchword.js";
//
//   const watchword = new Watchword("https://codes.example.org", process.env.WATCHWORD_KEY);
//   const challenge = await watchword.do(challenges.create({ purpose: "wallet_signin", to: { phone: "+491701234567" } }));
//   const judged = await watchword.do(challenges.answer(challenge.id, { code: typed }));
//
// An act is a value with an idempotency key of its own, made once: the same act done again, now or after a fault,
// happens once. Fields have the names that the API has. What is refused throws a Problem with its `word`.

const PASSING = new Set([502, 503, 504]);
const URN = "urn:watchword:problem:";
const OWN = new Set(["type", "title", "status", "detail", "instance"]);
const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

// Something went wrong with what was asked, or on the way.
export class ClientFault extends Error {
  constructor(message) {
    super(message);
    this.name = new.target.name;
  }
}

// It was refused. `word` stays as it is; `detail` says what to do; `retryAfter` is in seconds, if waiting helps.
export class Problem extends ClientFault {
  constructor({ word, status, title, detail, retryAfter, request, more }) {
    super(`${title} (${word}). ${detail}`);
    Object.assign(this, { word, status, title, detail, retryAfter, request, more });
  }
}

// No answer came. Perhaps it has happened, and perhaps not: do the same act again, and it happens once.
export class NoAnswer extends ClientFault {
  constructor(because) {
    super(`No answer came: ${because}. Do the same act again; it happens once.`);
  }
}

// An answer came that is none of ours: perhaps from something in between.
export class NotUnderstood extends ClientFault {
  constructor(status) {
    super(`The answer with status ${status} is not Watchword's.`);
    this.status = status;
  }
}

const place = (template, ids) => {
  const left = [...ids];
  return template.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift()));
};

const act = (method, path, { body, query = {}, key, isRepeatable = true, headers = {} } = {}) =>
  Object.freeze({ method, path, body, query, headers, key, isRepeatable });

const reading = (template) => (...said) => {
  const ids = said.slice(0, places(template));
  return act("GET", place(template, ids), { query: strings(said[ids.length] ?? {}) });
};

// The key may be given, where a program keeps its own: `{ key }` comes last.
const posting = (template) => (...said) => {
  const ids = said.slice(0, places(template));
  const [body = {}, { key = crypto.randomUUID() } = {}] = said.slice(ids.length);
  return act("POST", place(template, ids), { body: given(body), key });
};

// What names a version is refused a second time; whoever got no answer reads again instead.
const changing = (method, template) => (id, body) => act(method, place(template, [id]), { body, isRepeatable: false });

const searching = (path) => (body) => act("POST", path, { body: given(body) });

const atTerminal = (make) => (terminal, ...said) =>
  Object.freeze({ ...make(...said), headers: { "Watchword-Terminal": terminal } });

const places = (template) => (template.match(/\{/g) ?? []).length;
const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined));
const strings = (fields) => Object.fromEntries(Object.entries(given(fields)).map(([name, each]) => [name, String(each)]));

export const challenges = {
  create: posting("/v1/challenges"),
  answer: posting("/v1/challenges/{id}/answers"),
  resend: posting("/v1/challenges/{id}/sendings"),
  read: reading("/v1/challenges/{id}"),
  cancel: (id) => act("DELETE", place("/v1/challenges/{id}", [id])),
};

export const customers = {
  create: posting("/v1/customers"),
  change: changing("PATCH", "/v1/customers/{id}"),
  read: reading("/v1/customers/{id}"),
  page: reading("/v1/customers"),
  search: searching("/v1/customer-searches"),
  merge: posting("/v1/customer-merges"),
};

export const cards = {
  create: posting("/v1/cards"),
  read: reading("/v1/cards/{id}"),
  page: reading("/v1/cards"),
  search: searching("/v1/card-searches"),
  attempt: posting("/v1/cards/{id}/attempts"),
  answer: posting("/v1/cards/{id}/answers"),
};

export const points = {
  balance: reading("/v1/accounts/{id}/points"),
  transfers: reading("/v1/accounts/{id}/points/transfers"),
  earn: posting("/v1/accounts/{id}/points/earnings"),
  adjust: posting("/v1/accounts/{id}/points/adjustments"),
};

export const rewards = {
  create: posting("/v1/rewards"),
  change: changing("PUT", "/v1/rewards/{id}"),
  read: reading("/v1/rewards/{id}"),
  page: reading("/v1/rewards"),
};

export const tills = {
  open: posting("/v1/till-sessions"),
  openDirectly: posting("/v1/wallet-openings"),
  openForMasterPin: atTerminal(posting("/v1/master-pin-sessions")),
  enterMasterPin: atTerminal(posting("/v1/till-sessions/{id}/master-pin-entries")),
  read: reading("/v1/till-sessions/{id}"),
  // Without an answer, ask the customer before you do it again.
  resend: (id) => act("POST", place("/v1/till-sessions/{id}/sendings", [id]), { body: {}, isRepeatable: false }),
  givePass: posting("/v1/till-sessions/{id}/passes"),
  answer: posting("/v1/till-sessions/{id}/answers"),
  choose: posting("/v1/till-sessions/{id}/choices"),
  wallet: reading("/v1/till-sessions/{id}/wallet"),
  end: posting("/v1/till-sessions/{id}/endings"),
};

export const redemptions = {
  reserve: posting("/v1/redemptions"),
  commit: posting("/v1/redemptions/{id}/commitments"),
  release: posting("/v1/redemptions/{id}/releases"),
  reverse: posting("/v1/redemptions/{id}/reversals"),
  read: reading("/v1/redemptions/{id}"),
  page: reading("/v1/redemptions"),
};

export const vouchers = {
  kit: atTerminal(reading("/v1/voucher-kit")),
  settle: atTerminal(posting("/v1/voucher-settlements")),
};

export const sandbox = {
  messages: reading("/sandbox/messages"),
};

export class Watchword {
  #url;
  #key;
  #patience;
  #fetch;
  #wait;

  // `isOwnPage`: in a browser, a key is everybody's who opens the page. Only a page of your own staff may have one.
  constructor(url, key, options = {}) {
    const { tries = 3, timeout = 10, firstPause = 0.2, pauseAtMost = 5, isOwnPage = false } = options;
    const { protocol, hostname } = new URL(url);
    if (protocol !== "https:" && !(protocol === "http:" && LOCAL.has(hostname))) {
      throw new TypeError("The address of Watchword begins with https://, unless it is this machine.");
    }
    if (typeof document !== "undefined" && !isOwnPage) {
      throw new TypeError("An API key belongs to a server. A page of a shop uses <watchword-redeem>.");
    }
    this.#url = url.replace(/\/+$/, "");
    this.#key = key;
    this.#patience = { tries, timeout, firstPause, pauseAtMost };
    this.#fetch = options.fetch ?? ((...said) => fetch(...said));
    this.#wait = options.wait ?? ((seconds) => new Promise((go) => setTimeout(go, seconds * 1000)));
  }

  // Do an act, and give what is answered.
  async do(one) {
    for (let tried = 1; ; tried += 1) {
      const outcome = await this.#try(one);
      const pause = this.#pause(one, outcome, tried);
      if (pause === null) return settled(outcome);
      await this.#wait(pause);
    }
  }

  // Give all that a list has, page after page.
  async *each(one) {
    for (let next = one; ; ) {
      const { cursor, ...page } = await this.do(next);
      yield* Object.values(page).find(Array.isArray);
      if (!cursor) return;
      next = Object.freeze({ ...next, query: { ...next.query, cursor } });
    }
  }

  // Too many requests (429) are no passing fault: whoever waits for a code decides whether to wait on.
  #pause(one, outcome, tried) {
    const { tries, firstPause, pauseAtMost } = this.#patience;
    const mayPass = one.isRepeatable && (outcome.lost || PASSING.has(outcome.status));
    if (tried >= tries || !mayPass) return null;
    const own = firstPause * 2 ** (tried - 1) * (0.5 + Math.random() / 2);
    const pause = Math.max(own, outcome.retryAfter ?? 0);
    return pause <= pauseAtMost ? pause : null;
  }

  async #try(one) {
    const query = new URLSearchParams(one.query).toString();
    try {
      const reply = await this.#fetch(`${this.#url}${one.path}${query && `?${query}`}`, {
        method: one.method,
        credentials: "omit",
        redirect: "manual",
        signal: AbortSignal.timeout(this.#patience.timeout * 1000),
        headers: {
          Accept: "application/json",
          Authorization: `Bearer ${this.#key}`,
          ...(one.key && { "Idempotency-Key": one.key }),
          ...(one.body && { "Content-Type": "application/json" }),
          ...one.headers,
        },
        body: one.body && JSON.stringify(one.body),
      });
      const seconds = reply.headers.get("retry-after") ?? "";
      const retryAfter = /^\d+$/.test(seconds) ? Number(seconds) : undefined;
      return { status: reply.status, retryAfter, text: await reply.text() };
    } catch (fault) {
      return { lost: fault.name ?? "Error" };
    }
  }
}

function settled({ lost, status, retryAfter, text }) {
  if (lost) throw new NoAnswer(lost);
  if (status === 204) return null;
  const told = parsed(status, text);
  if (status >= 200 && status < 300) return told;
  if (!String(told.type).startsWith(URN)) throw new NotUnderstood(status);
  const { type, title, detail, instance } = told;
  const more = Object.fromEntries(Object.entries(told).filter(([name]) => !OWN.has(name)));
  const request = instance?.split(":").pop();
  throw new Problem({ word: type.slice(URN.length), status, title, detail, retryAfter, request, more });
}

function parsed(status, text) {
  try {
    const told = JSON.parse(text);
    if (told !== null && typeof told === "object") return told;
  } catch {
    // It is said below.
  }
  throw new NotUnderstood(status);
}
