// GraphiQL for the gateway it is served by: same origin, so that no address is built in and no CORS is needed.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import './page.css';
import welcome from './welcome.graphql';

globalThis.MonacoEnvironment = {
  // WORKER_URLS is filled in by build.mjs; Monaco asks by language, and takes the editor's worker for the rest.
  getWorker: (_id, label) => new Worker(WORKER_URLS[label] ?? WORKER_URLS.editor),
};

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  // The gateway does not stream; without this the fetcher would not ask for application/graphql-response+json.
  enableIncrementalDelivery: false,
});

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={welcome}>
    <GraphiQL.Logo>Coalitions</GraphiQL.Logo>
  </GraphiQL>,
);
