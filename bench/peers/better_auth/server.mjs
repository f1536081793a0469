// better-auth as a production server with e-mail codes on SQLite; every code goes to our sink.
//
//   node server.mjs <port> <sink port> <database file>

import { Agent, createServer, request } from "node:http";

import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { emailOTP } from "better-auth/plugins";
import Database from "better-sqlite3";

const [port, sinkPort, file] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

// The bare client with kept connections costs better-auth the least; `fetch` would be dearer.
function post(to, text) {
  const body = JSON.stringify({ to, text });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const target = { agent, host: "127.0.0.1", port: sinkPort, path: "/", method: "POST", headers };
  return new Promise((done, failed) => {
    const sending = request(target, (reply) => reply.resume().on("end", done));
    sending.on("error", failed).end(body);
  });
}

function durable(path) {
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  return database;
}

const options = {
  baseURL: `http://127.0.0.1:${port}`,
  secret: process.env.BETTER_AUTH_SECRET,
  database: durable(file),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [emailOTP({ sendVerificationOTP: ({ email, otp }) => post(email, `Your code: ${otp}`) })],
};

await (await getMigrations(options)).runMigrations();
createServer(toNodeHandler(betterAuth(options))).listen(Number(port), "127.0.0.1");
