// Passkeys: has the browser make one, or show one, and sends what it says with the form of the page.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const described = (key) => ({ ...key, id: toBytes(key.id) });

const make = (options) =>
  navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: described(options.user),
      excludeCredentials: (options.excludeCredentials ?? []).map(described),
    },
  });

const show = (options) =>
  navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: [] },
  });

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const written = ({ rawId, type, response }) => {
  const said = { id: toText(rawId), rawId: toText(rawId), type, response: {} };
  for (const part of PARTS) if (response[part]) said.response[part] = toText(response[part]);
  if (response.getTransports) said.response.transports = response.getTransports();
  return JSON.stringify(said);
};

const WORD_FOR = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

const say = (form, word) => {
  form.querySelector("[data-said]").textContent = word === null ? "" : form.dataset[word];
  form.querySelector("button").disabled = word === "waiting";
};

// What the server wants to say in words of its own, it says when the form arrives without a key.
const ask = async (form) => {
  const token = form.elements.token?.value;
  const response = await fetch(form.dataset.options, {
    method: "POST",
    body: new URLSearchParams(token ? { token } : { passkey: "" }),
    redirect: "manual",
  });
  if (response.status === 429) return { word: "tooMany" };
  const isOurs = response.ok && response.headers.get("content-type")?.includes("json");
  return isOurs ? await response.json() : {};
};

const go = async (form) => {
  say(form, "waiting");
  let asked;
  try {
    asked = await ask(form);
  } catch {
    return say(form, "offline");
  }
  if (asked.word) return say(form, asked.word);
  if (asked.options) {
    try {
      const key = await (form.dataset.passkey === "add" ? make : show)(asked.options);
      form.elements.credential.value = written(key);
    } catch (fault) {
      return say(form, WORD_FOR[fault.name] ?? "unable");
    }
  }
  form.submit();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const isAble = Boolean(window.PublicKeyCredential && navigator.credentials);
  form.hidden = form.dataset.passkey === "sign-in" && !isAble;
  if (!isAble) {
    say(form, "unable");
    form.querySelector("button").disabled = true;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form);
  });
  window.addEventListener("pageshow", () => {
    form.elements.credential.value = "";
    if (isAble) say(form, null);
  });
}
