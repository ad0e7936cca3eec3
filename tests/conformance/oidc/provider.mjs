// Runs the certified `oidc-provider` as issuer: `node provider.mjs '{"port": …, "gateway": "http://…"}'`.
// Everybody may sign in with any name. POST /test/rotate gives it new keys; the old ones are published no longer.
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';

const { port, gateway } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const AUDIENCES = { 'urn:iccar': 'iccar', 'urn:another': 'another' };

const jwk = (kind, options) => generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
const newKeys = () => ({ keys: [jwk('rsa', { modulusLength: 2048 }), jwk('ec', { namedCurve: 'P-256' })] });

const publicClient = (client_id, more) => ({
  client_id,
  token_endpoint_auth_method: 'none',
  response_types: ['code'],
  grant_types: ['authorization_code'],
  ...more,
});

const configuration = {
  clients: [
    publicClient('gateway', {
      redirect_uris: [`${gateway}/login/callback`],
      post_logout_redirect_uris: [`${gateway}/login/signed-out`],
      backchannel_logout_uri: `${gateway}/backchannel-logout`,
      backchannel_logout_session_required: true,
    }),
    publicClient('website', { redirect_uris: [`${issuer}/test/back`] }),
  ],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `${sub} (sample)`, email: `${sub}@people.example`, email_verified: true }),
  }),
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: '',
        audience: AUDIENCES[resource],
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  cookies: { keys: ['only for tests'] },
  // Its guard against requests into the own network would forbid it to tell a gateway on this machine anything.
  fetch: (url, { dispatcher: _guard, ...options }) => fetch(url, options),
};

const newProvider = () => new Provider(issuer, { ...configuration, jwks: newKeys() });
let provider = newProvider();

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/test/back')) return response.end('back at the website');
  if (request.url === '/test/rotate') {
    provider = newProvider();
    return response.end();
  }
  return provider.callback()(request, response);
});
server.listen(port, '127.0.0.1', () => console.log('ready'));
