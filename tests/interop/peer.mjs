// An independent fediverse peer: a server and a client on Fedify, which shares no code with Vakplein.
// It serves people with RSA and Ed25519 keys, checks whatever reaches its inboxes with Fedify's own code and keeps what it got.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Temporal } from '@js-temporal/polyfill';
import { createFederation, detachSignature, generateCryptoKeyPair, MemoryKvStore, signObject, signRequest, verifyObject, verifyRequestDetailed } from '@fedify/fedify';
import { Activity, Endpoints, Group, Object as AsObject, Person, PUBLIC_COLLECTION } from '@fedify/vocab';
import { getDocumentLoader } from '@fedify/vocab-runtime';
import { eventually } from './server.mjs';

export const DRAFT = 'draft-cavage-http-signatures-12';
export const RFC9421 = 'rfc9421';
export const PUBLIC = PUBLIC_COLLECTION.href;
const MIME = 'application/activity+json';
const loaders = { contextLoader: getDocumentLoader({ allowPrivateAddress: true }) };

/** Which signature scheme a request carries, or null. */
export function schemeOf(headers) {
  if (headers.has('signature-input')) return RFC9421;
  return headers.has('signature') ? DRAFT : null;
}

/**
 * Starts a peer named `host` (which must resolve to `address`) on port 80.
 * `accepts`: the signature schemes it knows; anything else gets 401. `signedFetch`: its documents are for signed requests only.
 * `software`: its name in NodeInfo, which decides in what form others announce to it. `groups` are actors of type Group, whose outbox is
 * what `publish` puts there. `bulk`: keeps the keys of others, as servers do, verifies the signatures of requests alone, and doesn't hand what
 * it got on to Fedify's inbox, so that thousands of deliveries take little time.
 */
export async function startPeer({ host, address, software = 'interop-peer', accepts = [DRAFT, RFC9421], signedFetch = false, people = ['fenna'], groups = [], bulk = false }) {
  const base = `http://${host}`;
  const keys = new Map();
  for (const name of [...people, ...groups]) {
    keys.set(name, [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5'), await generateCryptoKeyPair('Ed25519')]);
  }
  const documents = new Map(); // path -> JSON-LD, or 'gone'
  const received = [];         // every POST to an inbox
  const fetches = [];          // every GET of a document, with its verified key

  const federation = createFederation({
    kv: new MemoryKvStore(), allowPrivateAddress: true, origin: base, skipSignatureVerification: false,
  });
  federation.setActorDispatcher('/users/{identifier}', async (context, name) => {
    if (!keys.has(name)) return null;
    const pairs = await context.getActorKeyPairs(name);
    const Kind = groups.includes(name) ? Group : Person;
    return new Kind({
      id: context.getActorUri(name), preferredUsername: name, name: `${name} van ${host}`, url: new URL(`/users/${name}`, base),
      inbox: context.getInboxUri(name), endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey, assertionMethods: pairs.map((pair) => pair.multikey), discoverable: true,
      ...(Kind === Group && { outbox: new URL(`/users/${name}/outbox`, base) }),
    });
  }).setKeyPairsDispatcher((_, name) => keys.get(name) ?? []);
  federation.setNodeInfoDispatcher('/nodeinfo/2.1', () => ({
    software: { name: software, version: '1.0.0' }, protocols: ['activitypub'],
    usage: { users: { total: people.length }, localPosts: 0, localComments: 0 },
  }));
  federation.setInboxListeners('/users/{identifier}/inbox', '/inbox')
    .setSharedKeyDispatcher(() => ({ identifier: people[0] }))
    .on(Activity, (_, activity) => {
      for (const entry of received) if (entry.activity.id === activity.id?.href) entry.applied = true;
    });
  const context = federation.createContext(new URL(base), undefined);
  const known = new Map();
  /** Keys that could not be fetched aren't kept. */
  const keyCache = bulk ? { get: async (id) => known.get(id.href), set: async (id, key) => { if (key) known.set(id.href, key); } } : undefined;
  const signedLoader = () => context.getDocumentLoader({ identifier: people[0] });

  /** Fedify's verdict on a request's signature, in the scheme that it carries. */
  async function verdict(request) {
    const scheme = schemeOf(request.headers);
    if (!scheme) return { scheme, keyId: null, verified: false, reason: 'no signature' };
    const result = await verifyRequestDetailed(request, { spec: scheme, documentLoader: async (url, options) => (await signedLoader())(url, options), keyCache, ...loaders });
    return { scheme, keyId: result.verified ? result.key.id.href : null, verified: result.verified, reason: result.verified ? null : result.reason.type };
  }

  async function answerInbox(request, body) {
    const http = await verdict(request.clone());
    let activity;
    try {
      activity = JSON.parse(body);
    } catch {
      return new Response('not JSON', { status: 400 });
    }
    const entry = { activity, body: body.toString(), path: new URL(request.url).pathname, headers: Object.fromEntries(request.headers), http, proof: null, applied: false };
    if (http.reason === 'keyFetchError') {
      // Nothing is known of the signature: the sender should try again.
      received.push(Object.assign(entry, { status: 503 }));
      return new Response('the key can not be fetched now', { status: 503 });
    }
    if (!accepts.includes(http.scheme) || !http.verified) {
      entry.status = 401;
      received.push(entry);
      return new Response('signature not accepted', { status: 401 });
    }
    if (activity.proof && !bulk) {
      // A linked-data signature beside the proof isn't part of what the proof covers.
      entry.proof = await verifyObject(Activity, detachSignature(activity), { documentLoader: await signedLoader(), ...loaders }).then((object) => object !== null, () => false);
    }
    received.push(entry);
    if (bulk) {
      entry.status = 202;
      return new Response(null, { status: 202 });
    }
    const response = await federation.fetch(request, { contextData: undefined });
    entry.status = response.status;
    return response;
  }

  async function answer(request, body) {
    const { pathname } = new URL(request.url);
    if (request.method === 'POST') return answerInbox(request, body);
    const wellKnown = pathname.startsWith('/.well-known/') || pathname.startsWith('/nodeinfo/');
    if (!wellKnown) {
      // Its first person is the key that signs its own fetches: asking a signature for that one would send both sides round in circles.
      const open = pathname === `/users/${people[0]}`;
      const http = signedFetch && !open ? await verdict(request.clone()) : { scheme: schemeOf(request.headers) };
      fetches.push({ path: pathname, http });
      if (signedFetch && !open && !http.verified) return new Response('signed requests only', { status: 401 });
    }
    const document = documents.get(pathname);
    if (document === 'gone') return new Response('gone', { status: 410 });
    if (document) return new Response(JSON.stringify(document), { headers: { 'content-type': MIME } });
    return federation.fetch(request, { contextData: undefined });
  }

  /** What it does with requests instead of answering; see `fail`. */
  let failing = null;
  const server = createServer(async (incoming, outgoing) => {
    if (failing === 'hang up') return incoming.destroy();
    if (failing === '503') return outgoing.writeHead(503).end();
    try {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const headers = new Headers();
      for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
      const request = new Request(new URL(incoming.url, base), {
        method: incoming.method, headers, body: ['GET', 'HEAD'].includes(incoming.method) ? undefined : body,
      });
      const response = await answer(request, body);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      outgoing.writeHead(500).end(String(error.stack));
    }
  });
  server.listen(80, address);
  await once(server, 'listening');

  let serial = 0;
  const peer = {
    host, base, received, fetches, context, documents,
    actor: (name = people[0]) => person(peer, name),
    /** An unused id on this peer. */
    id: (kind) => `${base}/${kind}/${process.pid}-${++serial}`,
    /** Serves a document under its own id. */
    publish(document) {
      documents.set(new URL(document.id).pathname, document);
      return document;
    },
    /** Is no server as it should be, until `recover`: it can 'refuse' connections, 'hang up', or answer '503'. */
    async fail(how) {
      failing = how;
      server.closeAllConnections();
      if (how === 'refuse') await new Promise((closed) => server.close(closed));
    },
    async recover() {
      if (failing === 'refuse') await new Promise((listening) => server.listen(80, address, listening));
      failing = null;
    },
    unpublish: (id) => documents.set(new URL(id).pathname, 'gone'),
    /**
     * The first received activity that passes `test`, waited for. `since` skips what was there before; `refused` also finds what this peer
     * didn't take.
     */
    expect: (what, test, { since = 0, within, refused = false } = {}) => eventually(what, () => received.slice(since).find((entry) => (refused || entry.status < 300) && test(entry.activity, entry)), within),
    async close() {
      if (failing === 'refuse') return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    keys,
  };
  return peer;
}

/** One person of a peer: signs, posts and fetches. */
function person(peer, name) {
  const id = `${peer.base}/users/${name}`;
  const [rsa, ed25519] = peer.keys.get(name);
  const keyId = new URL(`${id}#main-key`);
  const proofKeyId = new URL(`${id}#multikey-2`);
  const documentLoader = () => peer.context.getDocumentLoader({ identifier: name });
  return {
    id,
    handle: `@${name}@${peer.host}`,
    /** The activity as Fedify writes it, with a FEP-8b32 proof of this person. */
    async prove(json) {
      const object = await AsObject.fromJsonLd(json, { documentLoader: await documentLoader(), ...loaders });
      return (await signObject(object, ed25519.privateKey, proofKeyId, loaders)).toJsonLd({ ...loaders, format: 'compact' });
    },
    /**
     * Posts an activity with one signature scheme and gives the status of the answer.
     * `at`: signs as if it were that moment. `swap`: replaces the body after signing. `key`: signs as this key id.
     */
    async post(inbox, activity, { spec = DRAFT, at, swap, key = keyId } = {}) {
      const body = JSON.stringify(activity);
      const request = new Request(inbox, { method: 'POST', body, headers: { 'content-type': MIME, accept: MIME } });
      const signed = await signRequest(request, rsa.privateKey, new URL(key), { spec, currentTime: at && Temporal.Instant.from(at.toISOString()) });
      const headers = Object.fromEntries(signed.headers);
      delete headers.host; // the client writes the same one itself
      const response = await fetch(inbox, { method: 'POST', headers, body: swap ? swap(body) : body, redirect: 'manual' });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    /** Delivers by Fedify's own outbox: it chooses and retries the schemes, and adds its proofs. Throws when the receiver refuses. */
    async deliver(recipient, json) {
      const activity = await Activity.fromJsonLd(json, { documentLoader: await documentLoader(), ...loaders });
      await peer.context.sendActivity({ identifier: name }, { id: new URL(recipient.id), inboxId: new URL(recipient.inbox) }, activity);
    },
    /** Fetches a document; `spec: null` sends no signature. */
    async get(url, { spec = DRAFT, accept = MIME } = {}) {
      const request = new Request(url, { headers: { accept } });
      const signed = spec ? await signRequest(request, rsa.privateKey, keyId, { spec }) : request;
      const headers = Object.fromEntries(signed.headers);
      delete headers.host;
      const response = await fetch(url, { headers, redirect: 'manual' });
      const text = await response.text();
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, type, text, json: type.includes('json') ? JSON.parse(text) : null };
    },
    /** Reads a document into Fedify's strict vocabulary: throws where it breaks the vocabulary's types. */
    async read(json, Class = AsObject) {
      return Class.fromJsonLd(json, { documentLoader: await documentLoader(), ...loaders });
    },
    /** True when every FEP-8b32 proof of the document holds and covers its author. */
    async proofHolds(json, Class = AsObject) {
      return (await verifyObject(Class, detachSignature(json), { documentLoader: await documentLoader(), ...loaders })) !== null;
    },
    /** Looks an object up as Fedify does it: WebFinger where needed, then a signed fetch. */
    lookUp: async (uri) => peer.context.lookupObject(uri, { documentLoader: await documentLoader(), ...loaders }),
  };
}
