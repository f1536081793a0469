// The wallet: a key that this device cannot give away, a code that runs down, and a card for a bad line.
// Whoever has no script signs in with a code each time, and can do everything else.

const main = document.querySelector("main[data-wallet]");
const { base, slug, origin, wallet } = main.dataset;
const face = wallet.split(" ")[0];
const KEPT = `watchword-card:${base}`;

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("watchword-wallet", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

const keys = async (mode, act) => {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const asked = act(database.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
};

const held = () => keys("readonly", (store) => store.get(slug));
const hold = (device) => keys("readwrite", (store) => store.put(device, slug));
const drop = () => keys("readwrite", (store) => store.delete(slug));
const forget = async () => {
  await drop();
  await caches?.delete(KEPT);
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_");

const send = async (path, fields) => {
  const reply = await fetch(base + path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  return reply.ok && reply.headers.get("content-type")?.includes("json") ? await reply.json() : {};
};

// The private half never leaves the browser: it can be used here, and be read by nobody.
const trust = async (token) => {
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(kind, false, ["sign"]);
  const key = toText(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { device } = await send("/devices", { token, key });
  if (device) await hold({ device, key: pair.privateKey });
};

const comeBack = async (form) => {
  const mine = await held();
  if (!mine) return caches?.delete(KEPT);
  document.querySelector("[data-returning]").hidden = false;
  const { ticket, challenge } = await send("/returns/challenges", { device: "" });
  if (!ticket) return;
  const said = ["watchword/wallet-device/1", origin, slug, mine.device, challenge].join("\n");
  const how = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(how, mine.key, new TextEncoder().encode(said));
  form.elements.device.value = mine.device;
  form.elements.ticket.value = ticket;
  form.elements.signature.value = toText(signature);
  form.submit();
};

const runDown = (ring) => {
  const whole = 120;
  const end = performance.now() + Number(ring.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.max(Math.ceil((end - performance.now()) / 1000), 0);
    ring.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    ring.style.setProperty("--part", String((left / whole) * 100));
    if (left) return setTimeout(show, 250);
    for (const each of document.querySelectorAll("[data-live]")) each.remove();
    for (const each of document.querySelectorAll("[data-over]")) each.hidden = false;
  };
  show();
};

const keepPage = async (place, path) => {
  const page = await fetch(path);
  if (!page.ok || page.redirected) return false;
  await place.put(path, page);
  return true;
};

const keepPages = async () => {
  const place = await caches.open(KEPT);
  const vouchers = document.querySelector("[data-vouchers]")?.dataset.vouchers;
  if (vouchers) await keepPage(place, vouchers);
  else await place.delete(`${base}/vouchers/mine`);
  if (!(await keepPage(place, `${base}/card`))) return;
  const sheets = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
  await place.addAll(sheets);
};

const onSigningOut = (form) =>
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await forget();
    } finally {
      form.submit();
    }
  });

for (const form of document.querySelectorAll("form[data-leaves]")) onSigningOut(form);
for (const ring of document.querySelectorAll(".ring[data-seconds]")) runDown(ring);
// What was kept a while ago may be over by now, and nobody is there to say so.
for (const each of document.querySelectorAll("[data-until]"))
  if (Date.now() > Date.parse(each.dataset.until)) {
    for (const gone of each.querySelectorAll("[data-live]")) gone.remove();
    for (const told of each.querySelectorAll("[data-over]")) told.hidden = false;
  }
for (const hint of document.querySelectorAll("[data-offline]")) hint.hidden = navigator.onLine;

const begin = async () => {
  if (face === "door") {
    if (document.querySelector("[data-not-trusted]")) return forget();
    return comeBack(document.querySelector("form[data-return]"));
  }
  if (face !== "home" && face !== "vouchers") return;
  if (wallet.endsWith("trusting")) {
    await trust(document.querySelector("[data-token]").dataset.token);
    history.replaceState(null, "", location.pathname);
  }
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(`${base}/worker.js`, { scope: base });
  await keepPages();
};

begin().catch(() => {
  const returning = document.querySelector("[data-returning]");
  if (returning) returning.hidden = true;
});
