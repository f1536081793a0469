// Answers when nobody else does: with the card as it was kept on this device. It has no points and no code.

const KEPT = "watchword-card:";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async (request) => {
  const base = new URL(self.registration.scope).pathname;
  const place = await caches.open(KEPT + base);
  const isPage = request.mode === "navigate";
  return (await place.match(isPage ? `${base}/card` : request)) ?? Response.error();
};

// Pages and their looks alone: what a form sends, and what a script asks for, goes by as if nobody were here.
const LOOKS = /^\/(assets|o\/[^/]+\/colours)\//;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isLook = LOOKS.test(new URL(request.url).pathname);
  if (request.method !== "GET" || !(request.mode === "navigate" || isLook)) return;
  event.respondWith(fetch(request).catch(() => kept(request)));
});
