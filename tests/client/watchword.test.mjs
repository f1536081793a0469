// The client in JavaScript on a wire that loses, refuses and comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ClientFault, NoAnswer, NotUnderstood, Problem, Watchword, challenges, redemptions, tills,
} from "../../src/watchword/web/scripts/watchword.js";

const URL_ = "https://codes.example.org";
const said = (status, content, headers = {}) => () => new Response(JSON.stringify(content), { status, headers });
const lost = () => { throw new TypeError("fetch failed"); };
const RIGHT = said(201, { verdict: "verified" });
const AWAY = said(503, { type: "urn:watchword:problem:unavailable" }, { "Retry-After": "1" });

const onWire = (...says) => {
  const asked = [];
  const waited = [];
  const wire = async (address, how) => {
    asked.push({ address, ...how });
    return says[asked.length - 1]();
  };
  const client = new Watchword(URL_, "ww_test_secret", { fetch: wire, wait: async (seconds) => waited.push(seconds) });
  return { client, asked, waited };
};

test("what was lost is asked again as the same act", async () => {
  const { client, asked, waited } = onWire(lost, AWAY, RIGHT);
  const act = challenges.answer("7f", { code: "123456" });
  assert.deepEqual(await client.do(act), { verdict: "verified" });
  assert.deepEqual(new Set(asked.map((each) => each.headers["Idempotency-Key"])), new Set([act.key]));
  assert.ok(waited[0] <= 0.2 && waited[1] >= 1);
});

test("an act that is done again is the same, and another one is not", () => {
  assert.notEqual(tills.open({ phone: "1" }).key, tills.open({ phone: "1" }).key);
  assert.equal(tills.open({ phone: "1" }, { key: "mine" }).key, "mine");
  assert.throws(() => { tills.open({ phone: "1" }).key = "other"; }, TypeError);
});

test("patience ends", async () => {
  const { client } = onWire(lost, lost, lost);
  await assert.rejects(client.do(challenges.read("7f")), NoAnswer);
});

test("what would happen twice is not asked again", async () => {
  for (const first of [lost, AWAY]) {
    const { client, asked } = onWire(first, RIGHT);
    await assert.rejects(client.do(tills.resend("7f")), ClientFault);
    assert.equal(asked.length, 1);
  }
});

test("whoever has to wait for long is told instead", async () => {
  const told = { type: `urn:watchword:problem:resend-too-soon`, title: "T", status: 429, detail: "Wait.",
    instance: "urn:watchword:request:abc", channels: ["voice"] };
  const { client, asked } = onWire(said(429, told, { "Retry-After": "28" }));
  const soon = onWire(said(429, told, { "Retry-After": "1" }), RIGHT);
  await assert.rejects(soon.client.do(challenges.resend("7f")), Problem);
  assert.equal(soon.asked.length, 1);
  await assert.rejects(client.do(challenges.resend("7f")), (fault) => {
    assert.ok(fault instanceof Problem);
    const { word, status, detail, retryAfter, request, more } = fault;
    assert.deepEqual({ word, status, detail, retryAfter, request, more }, { word: "resend-too-soon", status: 429,
      detail: "Wait.", retryAfter: 28, request: "abc", more: { channels: ["voice"] } });
    return true;
  });
  assert.equal(asked.length, 1);
});

test("what is none of ours is said to be none", async () => {
  const proxy = () => new Response("<html>", { status: 404 });
  for (const first of [proxy, said(404, { type: "about:blank" }), said(404, null)]) {
    const { client } = onWire(first);
    await assert.rejects(client.do(challenges.read("7f")), NotUnderstood);
  }
});

test("a list is read to its end", async () => {
  const { client, asked } = onWire(said(200, { redemptions: [{ id: 1 }], cursor: "n x" }), said(200, { redemptions: [{ id: 2 }], cursor: null }));
  const found = [];
  for await (const each of client.each(redemptions.page({ limit: 1 }))) found.push(each.id);
  assert.deepEqual(found, [1, 2]);
  assert.equal(asked[1].address, `${URL_}/v1/redemptions?limit=1&cursor=n+x`);
});

test("nothing is sent by a way on which others can read", () => {
  for (const url of ["http://codes.example.org", "ftp://codes.example.org"]) {
    assert.throws(() => new Watchword(url, "k"), TypeError);
  }
  new Watchword("http://127.0.0.1:8000", "k");
});

test("a page of a shop holds no key", () => {
  globalThis.document = {};
  try {
    assert.throws(() => new Watchword(URL_, "k"), /belongs to a server/);
    new Watchword(URL_, "k", { isOwnPage: true });
  } finally {
    delete globalThis.document;
  }
});

test("an id is a part of a path no matter what, and a key does not show itself", () => {
  assert.equal(challenges.read("../cards?x=1").path, "/v1/challenges/..%2Fcards%3Fx%3D1");
  assert.ok(!JSON.stringify(new Watchword(URL_, "ww_test_secret")).includes("secret"));
});
