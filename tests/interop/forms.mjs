// Somebody with a browser that runs no script: cookies and forms.
import assert from 'node:assert/strict';
import { exchange, password } from './server.mjs';

/** A visitor of the instance at `base`, who reads Dutch. */
export function visitor(base) {
  const cookies = new Map();
  async function go(method, path, fields) {
    const answer = await exchange(new URL(path, base), {
      method, body: fields && new URLSearchParams(fields).toString(),
      headers: {
        accept: 'text/html', 'accept-language': 'nl', origin: base, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(fields && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    for (const line of (answer.headers.get('set-cookie') ?? '').split(/, (?=[\w-]+=)/)) {
      const [, name, value] = /^([\w-]+)=([^;]*)/.exec(line) ?? [];
      if (name) cookies.set(name, value);
    }
    return answer;
  }
  const token = (page) => /name="csrf" value="([^"]+)"/.exec(page.text)?.[1];
  async function logIn(name) {
    const csrf = token(await go('GET', '/login'));
    const { status, text } = await go('POST', '/login', { csrf, email: `${name}@example.org`, password, next: '/' });
    assert.equal(status, 303, text);
  }
  return { go, token, logIn };
}
