// Answers when nobody else does: with the card, and with what was taken along, as they were kept on this device.
// The card has no points and no code.

const KEPT = "watchword-card:";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async (request) => {
  const base = new URL(self.registration.scope).pathname;
  const place = await caches.open(KEPT + base);
  const isPage = request.mode === "navigate";
  const found = await place.match(isPage ? new URL(request.url).pathname : request);
  return found ?? (isPage ? await place.match(`${base}/card`) : undefined) ?? Response.error();
};

// Pages and their looks alone: what a form sends, and what a script asks for, goes by as if nobody were here.
const LOOKS = /^\/(assets|o\/[^/]+\/colours)\//;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isLook = LOOKS.test(new URL(request.url).pathname);
  if (request.method !== "GET" || !(request.mode === "navigate" || isLook)) return;
  event.respondWith(fetch(request).catch(() => kept(request)));
});
