// Does what it is told with Twilio's own library, which lies in the folder that is named.
//
// It reads one line of JSON for each step of a story, and answers with one: what the library gave
// or refused, and every exchange that was heard on the way.
"use strict";

const { createInterface } = require("node:readline");
const twilio = require(require.resolve("twilio", { paths: [process.argv[2]] }));

const clients = [];
const pages = [];

// Sends as the library does, and keeps what was answered.
class Overheard extends twilio.RequestClient {
  exchanges = [];

  async request(asked) {
    const { statusCode, body, ...more } = await super.request(asked);
    this.exchanges.push({
      method: asked.method.toUpperCase(),
      url: asked.uri,
      status: statusCode,
      body: typeof body === "string" ? body : JSON.stringify(body),
      given: Object.keys(asked.data ?? asked.params ?? {}),
    });
    return { statusCode, body, ...more };
  }
}

// As anybody does it: a client, and where we are. That is the whole migration.
function open({ name, token, account, base }) {
  const overheard = new Overheard();
  const client = twilio(name, token, { accountSid: account, httpClient: overheard });
  client.verify.baseUrl = base;
  return { number: clients.push({ client, overheard }) - 1 };
}

async function act({ client: number, page, path, verb, given }) {
  const { client, overheard } = clients[number];
  const from = page === undefined ? walk(client, path) : pages[page];
  try {
    return { gave: shown(await from[verb](...given)) };
  } catch (fault) {
    if (!(fault instanceof twilio.RestException)) return { fault: `${fault.constructor.name}: ${fault.message}` };
    const { status, code, message } = fault;
    return { refused: { status, code, message } };
  } finally {
    heard.push(...overheard.exchanges.splice(0));
  }
}

// `services("VA…").verifications` comes as [["services", "VA…"], ["verifications"]].
function walk(client, path) {
  return path.reduce((held, [name, ...given]) => {
    return given.length > 0 ? held[name](...given) : held[name];
  }, client);
}

function shown(thing) {
  if (thing === undefined || thing === true) return null;
  if (!Array.isArray(thing.instances)) return thing;
  return { page: pages.push(thing) - 1, instances: thing.instances };
}

function revived(_, part) {
  return part !== null && typeof part === "object" && "moment" in part ? new Date(part.moment) : part;
}

let heard = [];

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line, revived);
    const answer = "base" in asked ? open(asked) : await act(asked);
    process.stdout.write(`${JSON.stringify({ ...answer, heard })}\n`);
    heard = [];
  }
}

main();
