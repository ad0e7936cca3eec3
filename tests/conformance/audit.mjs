// Runs the GraphQL over HTTP audits against a server: `node audit.mjs URL`.
// One line for each audit, then one line of JSON with the counts. Exit code 1: an audit ended in error.
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
const failures = [];

async function audit({ fn }) {
  const { id, name, status, reason } = await fn();
  counts[status] += 1;
  console.log(`${status.padEnd(6)} ${id} ${name}${reason ? `: ${reason}` : ''}`);
  if (status !== 'ok') failures.push({ id, name, status, reason });
}

try {
  // One after the other: a server is not to be judged here by how it takes sixty requests at once.
  for (const each of serverAudits({ url })) await audit(each);
} catch (error) {
  // An audit throws only if there is no answer to judge.
  console.error(`error: no audit is possible at ${url} (${error.cause?.message ?? error.message})`);
  process.exit(2);
}

console.log(JSON.stringify({ ...counts, failures }));
process.exitCode = counts.error ? 1 : 0;
