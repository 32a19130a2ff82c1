export { EventHub } from "./event-hub.js";
export { EventHubError, StreamResetError, WebhookVerificationError } from "./errors.js";
export { verifyWebhook } from "./verify-webhook.js";
