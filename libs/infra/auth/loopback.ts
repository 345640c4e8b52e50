/** Whether a request comes from this machine itself, with nothing in between. */
import { type IncomingHttpHeaders } from 'node:http';

const IPV4 = /^127(?:\.\d{1,3}){3}$/;

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || IPV4.test(plain);
}

/** Of a Host header or a setting, with or without a port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return name === 'localhost' || name === '[::1]' || IPV4.test(name);
}

/** What proxies add: RFC 7239, RFC 9110 section 7.6.3, and the habits of the common ones. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.*|x-envoy-.*|x-amzn-.*|true-client-ip|fastly-client-ip|client-ip|cf-.*|cdn-loop)$/;

export interface Sender {
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * A loopback peer alone proves nothing: a proxy on this machine is one too, and a page in a browser
 * can make a foreign name point here. So the Host must be loopback, and nothing may look forwarded.
 */
export function isDirectLocalRequest({ remoteAddress, headers }: Sender): boolean {
  if (!isLoopbackAddress(remoteAddress) || !isLoopbackHost(headers.host)) return false;
  return !Object.keys(headers).some((name) => FORWARDING.test(name));
}
