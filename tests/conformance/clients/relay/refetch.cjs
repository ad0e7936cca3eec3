// Pages and refetches with the real Relay runtime, as its React hooks do: `node refetch.cjs URL COALITION`.
// The documents are those that the compiler is tried on (CoalitionMembers, MemberCard). Prints what it found as JSON.
const {
  Environment,
  Network,
  RecordSource,
  Store,
  commitLocalUpdate,
  createOperationDescriptor,
  getPaginationMetadata,
  getPaginationVariables,
  getRefetchMetadata,
  getSelector,
  getValueAtPath,
} = require('relay-runtime');

const coalitionMembersFragment = require('./__generated__/CoalitionMembers_coalition.graphql');
const coalitionMembersQuery = require('./__generated__/CoalitionMembersQuery.graphql');
const memberCardFragment = require('./__generated__/MemberCard_member.graphql');

const [url, key] = process.argv.slice(2);
const asked = [];

async function fetchGraphQL({ name, text }, variables) {
  asked.push(name);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: text, operationName: name, variables }),
  });
  return response.json();
}

const environment = new Environment({ network: Network.create(fetchGraphQL), store: new Store(new RecordSource()) });

async function execute(request, variables) {
  const operation = createOperationDescriptor(request, variables, { force: true });
  environment.retain(operation);
  await environment.execute({ operation }).toPromise();
  return operation;
}

function read(fragment, reference) {
  return environment.lookup(getSelector(fragment, reference)).data;
}

// The variable by which a fragment's own query finds its object again: `id` of `node(id:)`.
function identifier(fragment, data) {
  const { identifierField, identifierQueryVariableName } = getRefetchMetadata(fragment, 'a client').identifierInfo;
  return { [identifierQueryVariableName]: data[identifierField] };
}

async function nextPage(reference, count) {
  const { connectionPathInFragmentData, paginationRequest, paginationMetadata } = getPaginationMetadata(
    coalitionMembersFragment,
    'a client',
  );
  const data = read(coalitionMembersFragment, reference);
  const { endCursor } = getValueAtPath(data, connectionPathInFragmentData).pageInfo;
  const variables = getPaginationVariables('forward', count, endCursor, {}, {}, paginationMetadata);
  await execute(paginationRequest, { ...variables, ...identifier(coalitionMembersFragment, data) });
}

async function refetch(reference) {
  const { refetchableRequest } = getRefetchMetadata(memberCardFragment, 'a client');
  await execute(refetchableRequest, identifier(memberCardFragment, read(memberCardFragment, reference)));
}

async function main() {
  const operation = await execute(coalitionMembersQuery, { key });
  const coalition = environment.lookup(operation.fragment).data.coalition;
  const names = () =>
    read(coalitionMembersFragment, coalition).members.edges.map(({ node }) => read(memberCardFragment, node).city.name);
  const onFirstPage = names();
  await nextPage(coalition, 7);
  const onBothPages = names();

  const card = read(coalitionMembersFragment, coalition).members.edges[0].node;
  const { id, standing } = read(memberCardFragment, card);
  // Something that the server never said, so that what comes back can only come from there.
  commitLocalUpdate(environment, (store) => store.get(id).setValue('STALE', 'standing'));
  const stale = read(memberCardFragment, card).standing;
  await refetch(card);
  console.log(
    JSON.stringify({ asked, onFirstPage, onBothPages, standing, stale, refetched: read(memberCardFragment, card).standing }),
  );
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
