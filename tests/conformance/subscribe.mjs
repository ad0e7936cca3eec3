// Subscribes with the real npm clients and prints one JSON line for each thing that happens.
//
//   node subscribe.mjs '{"transport": "ws" | "sse", "urls": [...], "authorization": null | "Bearer …", "query": "…",
//                        "variables": {…}, "field": "…"}'
//
// After each event its id is put into `variables.after`: both clients send the same object again when they reconnect,
// at the next one of `urls`.

import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

const asked = JSON.parse(process.argv[2]);
const request = { query: asked.query, variables: asked.variables };
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const shown = asked.authorization ? { authorization: asked.authorization } : {};
let connections = 0;
const next = () => asked.urls[connections++ % asked.urls.length];
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));

const sink = {
  next: (result) => {
    const event = result.data?.[asked.field];
    if (event) request.variables.after = event.eventId;
    say({ next: result });
  },
  error: (error) => say({ error: Array.isArray(error) ? error : String(error.message ?? error.reason ?? error) }),
  complete: () => say({ complete: true }),
};

const clients = {
  ws: () =>
    createWsClient({
      url: () => next().replace('http', 'ws') + '/graphql',
      webSocketImpl: WebSocket,
      connectionParams: shown,
      retryAttempts: 50,
      retryWait: soon,
      shouldRetry: () => true,
      on: { connected: () => say({ connected: true }), closed: (event) => say({ closed: event.code ?? null }) },
    }),
  sse: () =>
    createSseClient({
      url: () => next() + '/graphql/stream',
      headers: shown,
      retryAttempts: 50,
      retry: soon,
      on: { connected: () => say({ connected: true }) },
    }),
};

const client = clients[asked.transport]();
client.subscribe(request, sink);
process.stdin.on('end', () => process.exit(0)).resume();
