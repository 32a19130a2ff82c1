// Serves a destination with SignalR's own client: node rpc-handler.mjs URL DESTINATION KILL_EVERY [MS]. Writes a line per call: what, key, number, and
// a monotonic time in ns. In the middle of every KILL_EVERYth call it kills itself, as kill -9 does; 0 for never. A call takes
// as many milliseconds.
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { writeSync } from "node:fs";

const [url, destination, killEvery, duration] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5] ?? 0)];
const say = (what, event) => writeSync(1, `${what} ${event.user_id} ${event.payload} ${process.hrtime.bigint()}\n`);
let calls = 0;

const hub = new HubConnectionBuilder().withUrl(`${url}/rpc`).configureLogging(LogLevel.Error).build();
hub.on("Handle", async (event) => {
  say("begin", event);
  if (++calls === killEvery) {
    // What was answered before is on its way when it dies.
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(process.pid, "SIGKILL");
  }

  await new Promise((resolve) => (duration ? setTimeout(resolve, duration) : setImmediate(resolve)));
  say("end", event);
  return "complete";
});
hub.onclose(() => process.exit(0));
await hub.start();
await hub.invoke("Serve", destination);
writeSync(1, "ready\n");
