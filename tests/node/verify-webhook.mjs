// Reads one JSON object {secret, headers, body} (body in base64), or an array of them, from standard input and verifies each with the reference
// implementation of Standard Webhooks, and X-Signature with Node's own crypto. Exit code 0 when all are genuine, 1 otherwise.
import { createHmac, timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const requests = Array.isArray(input) ? input : [input];

function verify({ secret, headers, body }) {
  const bytes = Buffer.from(body, "base64");
  const isEncoded = secret.startsWith("whsec_");
  const key = isEncoded ? Buffer.from(secret.slice("whsec_".length), "base64") : Buffer.from(secret, "utf8");
  const webhook = isEncoded ? new Webhook(secret) : new Webhook(new Uint8Array(key), { format: "raw" });
  webhook.verify(bytes, headers);

  const sent = Buffer.from(headers["x-signature"] ?? "", "utf8");
  const expected = Buffer.from("sha256=" + createHmac("sha256", key).update(bytes).digest("hex"), "utf8");
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw new Error("X-Signature does not match");
}

if (requests.length === 0) {
  console.error("no requests to verify");
  process.exit(1);
}

for (const [index, request] of requests.entries()) {
  try {
    verify(request);
  } catch (error) {
    console.error(`request ${index}: ${error.message}`);
    process.exit(1);
  }
}

console.log(`${requests.length} verified`);
