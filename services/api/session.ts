import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Compares in a time that does not tell how much was right. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export const sessionMs = 12 * 3_600_000;
const cookieName = 'plumbline_session';

/**
 * A session is a time until which it is good, sealed under the server's token: it needs no store, ends with its time, and
 * another token ends all of them. The token itself is never in the browser.
 */
export function newSession(token: string, now: number): string {
  const until = now + sessionMs;
  return `${until}.${sealOf(token, until)}`;
}

export function isSession(value: string, token: string, now: number): boolean {
  const [until = '', seal = ''] = value.split('.');
  const time = Number(until);
  return /^\d{13}$/.test(until) && sameText(seal, sealOf(token, time)) && time > now && time <= now + sessionMs;
}

const sealOf = (token: string, until: number): string =>
  createHmac('sha256', token).update(`plumbline session until ${until}`).digest('hex');

/** The session that a Cookie header carries. */
export function sessionOf(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === cookieName) return value;
  }
  return undefined;
}

/** A Set-Cookie header: for this server's own pages alone, out of reach of scripts; an empty value ends the session. */
export function sessionCookie(value: string, secure: boolean): string {
  const age = value === '' ? 0 : Math.floor(sessionMs / 1000);
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`;
}
