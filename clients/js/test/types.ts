// Compiled, never run: the declarations say what the implementation is, and programs are written against them.
import type * as declared from "../index.js";
import * as implementation from "../src/index.js";

const same: typeof declared = implementation;

export async function program({ EventHub, verifyWebhook }: typeof declared): Promise<void> {
  const hub = new EventHub({ url: "http://127.0.0.1:3000", headers: async () => ({ authorization: "x" }), retry: { attempts: 3 } });
  const { sequence, duplicate } = await hub.publish({ type: "user.created", payload: { name: "Ada" } }, { idempotencyKey: "k" });
  console.log(sequence + 1, duplicate === true);
  for await (const page of hub.query({ type: ["user.*"], since: new Date() })) console.log(page.events[0]?.payloadText.length);
  for await (const event of hub.subscribe({ type: "user.*", since: 1, onReset: ({ reason }) => console.log(reason) })) console.log(event.payload.name);
  const page = await hub.consumer("billing").poll({ max: 10 });
  await hub.consumer("billing").ack(page.events[0].sequence);
  const webhook = await hub.webhooks.create({ url: "https://example.com", events: ["*"], retry: { limit: 1 } });
  await verifyWebhook(new Uint8Array(), new Headers(), [webhook.secret!], { scheme: "x-signature" });
  const served = await hub.serve("billing", async (event) => (event.dispatch.attempt > 1 ? "ignored" : "complete"));
  await served.close();
  for await (const event of hub.rpc.subscribe()) console.log(event.payload);
  // @ts-expect-error: there is no such field
  await hub.publish({ tpye: "user.created", payload: 1 });
  // @ts-expect-error: not an order
  hub.query({ order: "up" });
}

void program(same);
