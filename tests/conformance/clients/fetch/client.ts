// A typed client of nothing but `fetch`: `node client.js URL TOKEN COALITION`. Prints what it found as JSON.
import process from 'node:process';

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

import { DirectoryDocument, LegalType, MembershipErrorCode, RegisterCityDocument, WhoeverDocument } from './api.js';
import type { RegisterCityMutation } from './api.js';

const [url, token, coalition] = process.argv.slice(2) as [string, string, string];

async function ask<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  headers: Record<string, string> = {},
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (!data || errors) throw new Error(errors?.map(({ message }) => message).join(' ') ?? `status ${response.status}`);
  return data;
}

type Refusal = RegisterCityMutation['registerCity'] extends infer Payload | null | undefined
  ? NonNullable<Payload> extends { errors: (infer Each)[] } ? Each : never
  : never;

// The codes are an enum, so the compiler knows a misspelt one.
function advice({ code, message }: Refusal): string {
  switch (code) {
    case MembershipErrorCode.CityAlreadyRegistered:
      return 'use the entry that is there';
    case MembershipErrorCode.Unauthenticated:
      return 'sign in';
    default:
      return message;
  }
}

const signedIn = { authorization: `Bearer ${token}` };
const { members } = await ask(DirectoryDocument, { coalition, count: 3 });
const { me } = await ask(WhoeverDocument, {}, signedIn);
const input = { name: 'Sampleville', country: 'AT', legalType: LegalType.City };
const first = await ask(RegisterCityDocument, { input }, signedIn);
const again = await ask(RegisterCityDocument, { input }, signedIn);
const byNobody = await ask(RegisterCityDocument, { input });

console.log(
  JSON.stringify({
    total: members?.totalCount,
    members: members?.edges.map(({ node }) => `${node?.city?.name} (${node?.city?.country.code})`),
    me: me?.name,
    city: first.registerCity?.city?.name,
    again: again.registerCity?.errors.map(advice),
    byNobody: byNobody.registerCity?.errors.map(advice),
  }),
);
