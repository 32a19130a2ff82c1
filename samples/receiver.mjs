// A webhook receiver to try things with: prints what it gets and whether the signature holds.
//
//   node samples/receiver.mjs [port] [secret]
//
// Standard Webhooks: HMAC-SHA256 over "id.timestamp.body" with the secret's bytes, base64.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const port = Number(process.argv[2] ?? 4000);
const secret = process.argv[3] ?? 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

function isSigned(headers, body) {
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
  const expected = createHmac('sha256', key).update(signed).digest();
  return String(headers['webhook-signature']).split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const signed = isSigned(request.headers, body) ? 'signature valid' : 'SIGNATURE WRONG';
  console.log(`${request.method} ${request.url} ${request.headers['x-event-type']} attempt ${request.headers['x-delivery-attempt']}, ${signed}: ${body}`);
  response.writeHead(200).end();
}).listen(port, '127.0.0.1', () => console.log(`receiver on http://127.0.0.1:${port}`));
