// <watchword-redeem>: a customer spends points in a shop's checkout.
//
//   <form action="/orders" method="post">
//     <watchword-redeem name="redemption" begin="/watchword/sales"></watchword-redeem>
//   </form>
//
// It holds no API key. `begin` is an address of the shop: it takes {"phone"} or {"email"}, and answers
// {"url", "token"}: where Watchword is, and a pass for one sale. The value of the field is the id of what
// is put by; the shop's server commits it with the order. No other address is asked for anything.

const WORDS = {
  en: {
    title: "Spend your points",
    intro: "We send you a code, so that nobody but you spends them.",
    reach: "Mobile number or e-mail",
    send: "Send code",
    codeTitle: "Type your code",
    codeIntro: "If we know you there, a code of six digits is on its way to {to}.",
    code: "Code",
    check: "Go on",
    again: "Send it again",
    other: "Use another number",
    whoTitle: "Who are you?",
    whoIntro: "Several people are reached there.",
    card: "{name}, card ending in {digits}",
    choose: "What would you like?",
    have: "{name}, you have {points} points.",
    haveHidden: "Good to see you, {name}.",
    nothing: "There is nothing for you at the moment.",
    costs: "{points} points",
    take: "Take it",
    doneTitle: "Put by for you",
    done: "{reward} goes with your order. It stays put by for half an hour.",
    without: "Do without it",
    sentAgain: "The code was sent again.",
    wrong: { one: "That is not the code. You have {n} try left.", other: "That is not the code. You have {n} tries left." },
    over: "This code is over. Ask for a new one.",
    soon: { one: "Wait {n} second, and try again.", other: "Wait {n} seconds, and try again." },
    locked: "Too much was tried. The shop can help you.",
    gone: "That is no longer to be had. Choose something else.",
    shut: "Points cannot be spent here at the moment.",
    account: "You have nothing to spend, or your card is not verified. The shop can help you.",
    unreached: "No code can be sent there. Look at the number once more.",
    line: "The line is bad. Try again.",
    begin: "That took too long. Begin again.",
    why: { too_few_points: "not enough points", none_left: "none left", basket_too_small: "for a larger order", blocked: "not for you at the moment", not_here: "not here", not_offered: "not now" },
  },
  de: {
    title: "Punkte einlösen",
    intro: "Wir senden Ihnen einen Code, damit nur Sie Ihre Punkte einlösen.",
    reach: "Mobilnummer oder E-Mail-Adresse",
    send: "Code senden",
    codeTitle: "Code eingeben",
    codeIntro: "Wenn wir Sie dort kennen, ist ein Code mit sechs Ziffern unterwegs an {to}.",
    code: "Code",
    check: "Weiter",
    again: "Nochmals senden",
    other: "Andere Nummer",
    whoTitle: "Wer sind Sie?",
    whoIntro: "Dort sind mehrere Personen erreichbar.",
    card: "{name}, Karte mit den Endziffern {digits}",
    choose: "Was möchten Sie?",
    have: "{name}, Sie haben {points} Punkte.",
    haveHidden: "Schön, dass Sie da sind, {name}.",
    nothing: "Zurzeit gibt es nichts für Sie.",
    costs: "{points} Punkte",
    take: "Nehmen",
    doneTitle: "Für Sie zurückgelegt",
    done: "{reward} kommt zu Ihrer Bestellung. Es bleibt eine halbe Stunde zurückgelegt.",
    without: "Doch nicht",
    sentAgain: "Der Code wurde nochmals gesendet.",
    wrong: { one: "Das ist nicht der Code. Sie haben noch {n} Versuch.", other: "Das ist nicht der Code. Sie haben noch {n} Versuche." },
    over: "Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.",
    soon: { one: "Warten Sie {n} Sekunde und versuchen Sie es wieder.", other: "Warten Sie {n} Sekunden und versuchen Sie es wieder." },
    locked: "Es wurde zu viel versucht. Der Shop hilft Ihnen weiter.",
    gone: "Das gibt es nicht mehr. Wählen Sie etwas anderes.",
    shut: "Zurzeit können hier keine Punkte eingelöst werden.",
    account: "Sie haben keine Punkte, oder Ihre Karte ist nicht bestätigt. Der Shop hilft Ihnen weiter.",
    unreached: "Dorthin kann kein Code gesendet werden. Prüfen Sie die Nummer.",
    line: "Die Verbindung ist schlecht. Versuchen Sie es noch einmal.",
    begin: "Das hat zu lange gedauert. Beginnen Sie von vorn.",
    why: { too_few_points: "zu wenige Punkte", none_left: "vergriffen", basket_too_small: "ab einem größeren Einkauf", blocked: "zurzeit nicht für Sie", not_here: "nicht hier", not_offered: "zurzeit nicht" },
  },
};

const STYLE = `
  :host { display: block; font: inherit; color: inherit; container-type: inline-size;
    --accent: var(--watchword-accent, light-dark(#0b5f57, #6fd0c4));
    --accent-ink: var(--watchword-accent-ink, light-dark(#fff, #06201d));
    --edge: color-mix(in srgb, currentColor 24%, transparent); --bad: light-dark(#a3251b, #ffb1a6); }
  :host([hidden]) { display: none; }
  section { border: 1px solid var(--edge); border-radius: var(--watchword-radius, 0.625rem); padding: 1.25rem; display: grid; gap: 1rem; }
  h2, p, ul { margin: 0; padding: 0; } h2 { font-size: 1.2em; line-height: 1.2; text-wrap: balance; }
  h2:focus { outline: none; }
  p { text-wrap: pretty; overflow-wrap: anywhere; }
  form { display: grid; gap: 0.75rem; } label { display: grid; gap: 0.25rem; font-weight: 550; }
  input, button { font: inherit; color: inherit; min-height: 2.75rem; box-sizing: border-box; border-radius: calc(var(--watchword-radius, 0.625rem) * 0.8); border: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
  input { width: 100%; padding: 0.5rem 0.75rem; background: transparent; }
  input[name="code"] { font-variant-numeric: tabular-nums; letter-spacing: 0.2em; font-size: 1.3em; max-width: 12ch; }
  input[aria-invalid="true"] { border-color: var(--bad); }
  button { padding: 0.5rem 1rem; background: transparent; font-weight: 550; cursor: pointer; white-space: nowrap; }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
  button:disabled { opacity: 0.55; cursor: default; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; }
  ul { list-style: none; display: grid; }
  li { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; padding: 0.625rem 0; border-top: 1px solid var(--edge); }
  li:first-child { border-top: 0; } li > div { display: grid; } .quiet { opacity: 0.75; font-size: 0.9em; }
  li.off { opacity: 0.7; }
  .said:empty { display: none; } .said { font-weight: 550; } .said.bad { color: var(--bad); }
`;

const ENDED = new Set(["superseded", "burnt", "session_over"]);
const OVER = new Set(["till-session-over", "till-session-superseded", "proof-burnt", "unknown-key"]);

class Refused extends Error {
  constructor(word, wait) {
    super(word);
    this.word = word;
    this.wait = wait;
  }
}

class WatchwordRedeem extends HTMLElement {
  static formAssociated = true;

  #root = this.attachShadow({ mode: "open" });
  #field = this.attachInternals();
  #pass = null;
  #to = "";
  #steps = 0;

  connectedCallback() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.#ask();
  }

  // What is put by belongs to a sale of the shop's server, so a form that is reset begins anew.
  formResetCallback() {
    this.#ask();
  }

  get value() {
    return this.getAttribute("value") ?? "";
  }

  get #language() {
    const said = this.closest("[lang]")?.lang || navigator.language || "en";
    return said.toLowerCase().startsWith("de") ? "de" : "en";
  }

  get #words() {
    return WORDS[this.#language];
  }

  #counted(forms, n) {
    const one = new Intl.PluralRules(this.#language).select(n);
    return filled(forms[one] ?? forms.other, { n });
  }

  // Each step is drawn as a whole. The heading takes the focus, so that it is read out.
  #show(title, ...parts) {
    const said = element("p", { class: "said", role: "status" });
    const head = element("h2", { tabindex: "-1" }, title);
    this.#root.replaceChildren(element("section", { "aria-label": this.#words.title }, head, ...parts, said));
    this.#steps += 1;
    if (this.#steps > 1) (this.#root.querySelector("input") ?? head).focus();
  }

  #say(text, isBad = true) {
    const said = this.#root.querySelector(".said");
    said.className = isBad ? "said bad" : "said";
    said.textContent = text;
  }

  #ask() {
    this.#forget();
    const words = this.#words;
    const input = element("input", { name: "to", required: "", autocomplete: "tel email", spellcheck: "false", maxlength: "254" });
    this.#show(words.title, element("p", {}, words.intro),
      this.#form([labelled(words.reach, input)], words.send, () => this.#begin(input.value.trim())));
  }

  async #begin(to) {
    const whom = to.includes("@") ? { email: to } : { phone: to };
    const reply = await fetched(this.getAttribute("begin"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ ...whom, locale: this.#language }),
    });
    this.#pass = await read(reply);
    this.#to = to;
    this.#askCode();
  }

  #askCode() {
    const words = this.#words;
    const input = element("input", { name: "code", required: "", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12" });
    this.#show(words.codeTitle, element("p", {}, filled(words.codeIntro, { to: this.#to })),
      this.#form([labelled(words.code, input)], words.check, () => this.#answer(input)),
      element("div", { class: "row" },
        this.#button(words.again, async () => {
          await this.#call("POST", "sendings", {});
          this.#say(words.sentAgain, false);
        }),
        this.#button(words.other, () => this.#ask())));
  }

  async #answer(input) {
    const judged = await this.#call("POST", "answers", { code: input.value });
    if (judged.verdict === "proven") {
      if (judged.choices?.length) this.#askWho(judged.choices);
      else await this.#open();
    } else if (judged.verdict === "wrong" && judged.attempts_left > 0) {
      this.#say(this.#counted(this.#words.wrong, judged.attempts_left));
      input.setAttribute("aria-invalid", "true");
      input.value = "";
      input.focus();
    } else {
      this.#ask();
      this.#say(ENDED.has(judged.verdict) ? this.#words.begin : this.#words.over);
    }
  }

  #askWho(choices) {
    const words = this.#words;
    const people = choices.map((each) => {
      const name = each.last_four ? filled(words.card, { name: each.given_name, digits: each.last_four }) : each.given_name;
      return element("li", {}, name, this.#button(words.check, async () => {
        await this.#call("POST", "choices", { customer_id: each.customer_id });
        await this.#open();
      }));
    });
    this.#show(words.whoTitle, element("p", {}, words.whoIntro), element("ul", {}, ...people));
  }

  async #open() {
    const words = this.#words;
    const wallet = await this.#call("GET", "wallet");
    const points = number(this.#language, wallet.points);
    const greeting = filled(wallet.hides_points ? words.haveHidden : words.have, { name: wallet.name, points });
    const offers = wallet.rewards.map((offer) => this.#offer(offer));
    this.#show(words.choose, element("p", {}, greeting),
      offers.length ? element("ul", {}, ...offers) : element("p", {}, words.nothing));
  }

  #offer({ reward, may_take: mayTake, because }) {
    const words = this.#words;
    const name = reward.names[this.#language] ?? Object.values(reward.names)[0];
    const costs = filled(words.costs, { points: number(this.#language, reward.points) });
    const about = element("div", {}, name,
      element("span", { class: "quiet" }, mayTake ? costs : `${costs} · ${words.why[because] ?? because}`));
    if (!mayTake) return element("li", { class: "off" }, about);
    const button = this.#button(words.take, () => this.#take(reward, name));
    button.setAttribute("aria-label", `${words.take}: ${name}`);
    return element("li", {}, about, button);
  }

  async #take(reward, name) {
    const put = await this.#call("POST", "redemptions", { reward_id: reward.id });
    this.setAttribute("value", put.id);
    this.#field.setFormValue(put.id);
    const words = this.#words;
    this.#show(words.doneTitle, element("p", {}, filled(words.done, { reward: name })),
      element("div", { class: "row" }, this.#button(words.without, async () => {
        await this.#call("POST", "endings", {});
        this.#ask();
        this.#tell("watchword:released", {});
      })));
    this.#tell("watchword:reserved", { id: put.id, points: put.points, value: put.value, currency: put.currency, name });
  }

  #forget() {
    this.#pass = null;
    this.removeAttribute("value");
    this.#field.setFormValue(null);
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { bubbles: true, composed: true, detail }));
  }

  // A pass is a word in a header: nothing of this is in an address, and no cookie goes along.
  async #call(method, path, body) {
    const reply = await fetched(`${this.#pass.url}/redeem/${path}`, {
      method,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      headers: { Authorization: `Bearer ${this.#pass.token}`, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    return read(reply);
  }

  #form(parts, go, act) {
    const button = element("button", { class: "primary", type: "submit" }, go);
    const form = element("form", { novalidate: "" }, ...parts, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const empty = form.querySelector("input:invalid");
      if (empty) empty.focus();
      else this.#do(act);
    });
    return form;
  }

  #button(words, act) {
    const button = element("button", { type: "button" }, words);
    button.addEventListener("click", () => this.#do(act));
    return button;
  }

  // One thing at a time: two taps are one.
  async #do(act) {
    const buttons = [...this.#root.querySelectorAll("button")].filter((one) => !one.disabled);
    for (const one of buttons) one.disabled = true;
    this.#say("");
    try {
      await act();
    } catch (fault) {
      this.#refuse(fault);
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }

  #refuse(fault) {
    const words = this.#words;
    if (!(fault instanceof Refused)) throw fault;
    if (OVER.has(fault.word)) {
      this.#ask();
      this.#say(words.begin);
    } else if (fault.wait) this.#say(this.#counted(words.soon, fault.wait));
    else if (fault.word === "reward-not-available") this.#say(words.gone);
    else if (fault.word === "contact-locked" || fault.word === "blocked-by-rule") this.#say(words.locked);
    else if (fault.word === "switched-off") this.#say(words.shut);
    else if (fault.word === "no-account") this.#say(words.account);
    else if (fault.word === "unreachable-contact" || fault.word === "malformed-request") this.#say(words.unreached);
    else this.#say(words.line);
  }
}

async function fetched(address, how) {
  try {
    return await fetch(address, { ...how, signal: AbortSignal.timeout(15000) });
  } catch {
    throw new Refused("line");
  }
}

async function read(reply) {
  let told = {};
  try {
    told = await reply.json();
  } catch {
    throw new Refused("line");
  }
  if (reply.ok) return told;
  const word = String(told.type ?? told.word ?? "").split(":").pop();
  throw new Refused(word, Number(reply.headers.get("Retry-After")) || 0);
}

function element(name, attributes = {}, ...parts) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...parts);
  return made;
}

function labelled(words, input) {
  return element("label", {}, words, input);
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function number(language, value) {
  return new Intl.NumberFormat(language).format(value);
}

customElements.define("watchword-redeem", WatchwordRedeem);
