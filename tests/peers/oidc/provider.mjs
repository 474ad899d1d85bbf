// An OpenID provider with the rules of FranceConnect v2: signed (and encrypted) userinfo, codes of 30 s, tokens of 60 s,
// pairwise subjects, eidas1. Its people are invented. Usage: node provider.mjs settings.json
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const issuer = `http://127.0.0.1:${settings.port}/api/v2`;
const people = new Map(settings.people.map((person) => [person.account, person]));
const client = {
  client_id: settings.client_id,
  client_secret: settings.client_secret,
  redirect_uris: [settings.callback],
  post_logout_redirect_uris: [settings.back],
  token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: settings.alg,
  userinfo_signed_response_alg: settings.alg,
  subject_type: 'pairwise',
  ...settings.client,
};
const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: settings.keys },
  cookies: { keys: ['a loopback peer'] },
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (ctx, account, one) => `${one.clientId}-${account}-v1`,
  acrValues: ['eidas1'],
  claims: {
    openid: ['sub'], given_name: ['given_name'], family_name: ['family_name'], preferred_username: ['preferred_username'],
    birthdate: ['birthdate'], email: ['email'], acr: null,
  },
  scopes: ['openid', 'given_name', 'family_name', 'preferred_username', 'birthdate', 'email'],
  conformIdTokenClaims: false,
  enabledJWA: {
    userinfoSigningAlgValues: ['ES256', 'RS256'], idTokenSigningAlgValues: ['ES256', 'RS256'],
    userinfoEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP'], userinfoEncryptionEncValues: ['A256GCM'],
    idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP'], idTokenEncryptionEncValues: ['A256GCM'],
  },
  pkce: { required: () => false, methods: ['S256'] },
  ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Interaction: 600, Session: 1800, Grant: 1800 },
  features: {
    devInteractions: { enabled: false }, jwtUserinfo: { enabled: true }, encryption: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  interactions: { url: (ctx, interaction) => `/personne/${interaction.uid}` },
  findAccount: (ctx, id) => people.has(id) && {
    accountId: id,
    claims: async () => {
      const { account, ...claims } = people.get(id);
      return { sub: id, ...claims };
    },
  },
  renderError: (ctx, out) => { ctx.type = 'text'; ctx.body = `${out.error}: ${out.error_description}`; },
});

async function choose(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    const buttons = [...people.keys()].map((id) => `<p><button name="personne" value="${id}">${id}</button></p>`).join('');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Identités d'essai</title><form method="post">${buttons}
      <p><button name="personne" value="">Refuser</button></p></form>`);
    return;
  }
  let body = '';
  for await (const part of request) body += part;
  const id = new URLSearchParams(body).get('personne');
  if (!id) {
    await provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'refused' });
    return;
  }
  const grant = new provider.Grant({ accountId: id, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { login: { accountId: id, acr: 'eidas1' }, consent: { grantId } });
}

const inner = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith('/personne/')) {
    choose(request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); });
  } else if (request.url.startsWith('/api/v2')) {
    request.originalUrl = request.url;
    request.url = request.url.slice('/api/v2'.length) || '/';
    inner(request, response);
  } else {
    response.statusCode = 404;
    response.end();
  }
}).listen(settings.port, '127.0.0.1', () => console.log('ready'));
