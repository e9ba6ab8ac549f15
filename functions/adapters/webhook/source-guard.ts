/**
 * Says who may speak for a source: the token in the path, the address of the sender, and a secret
 * in the message or a signature over it. All of them must be right. The comparison is made for
 * unknown sources too, and no answer tells which of them was wrong.
 */
import { BlockList, isIPv6 } from 'node:net';
import type { Config, Source } from '../../core/config.ts';
import type { SourceSecrets } from '../../core/ports.ts';
import type { SourceCredentials, SourceSecret } from '../../core/secret.ts';
import type { AdmittedSource, SourceGuard } from '../../core/signal-request.ts';
import { sameText } from './same-text.ts';
import { isSignedWith, readClaim, signingKey } from './standard-webhooks.ts';

/** The form of a path token: at least 32 characters that need no escape in a path. */
const TOKEN = /^[A-Za-z0-9_-]{32,128}$/;

/** Compared with where there is nothing to compare with; no request can carry it. */
const NO_SECRET = '\u0000';

/** A guard over the sources of the configuration. */
export function sourceGuard(config: Config, secrets: SourceSecrets): SourceGuard {
  const doors = new Map(
    Object.entries(config.sources).map(([name, source]) => [
      name,
      { name, source, addresses: addressList(source.allowFrom) },
    ]),
  );
  return {
    async admit({ source: name, token, address }) {
      // A token of another form is nobody's: turned away before anything is asked or computed.
      if (!TOKEN.test(token)) return undefined;
      const door = doors.get(name);
      const credentials = door === undefined ? undefined : await secrets.of(door.source.secret);
      const isToken = sameText(token, credentials?.token.reveal() ?? NO_SECRET);
      if (door === undefined || credentials === undefined || !isToken) return undefined;
      if (!isListed(address, door.addresses)) return undefined;
      return admitted(door.name, door.source, credentials);
    },
  };
}

function admitted(name: string, source: Source, credentials: SourceCredentials): AdmittedSource {
  const { secrets } = credentials;
  return {
    name,
    source,
    matchSecret(text, nowMs) {
      const index = theOneOf(secrets, nowMs, (secret) => sameText(text ?? NO_SECRET, secret));
      // An empty secret matches nobody, whatever is configured.
      return text === '' ? undefined : index;
    },
    matchSignature(headers, body, nowMs) {
      const claim = readClaim(headers, body, nowMs);
      if (claim === undefined) return undefined;
      const secretIndex = theOneOf(secrets, nowMs, (secret) =>
        isSignedWith(claim, signingKey(secret)),
      );
      return secretIndex === undefined
        ? undefined
        : { id: claim.id, atMs: claim.atMs, secretIndex };
    },
  };
}

/** Index of the secret that matches and is accepted now; tries all, so that none shows by time. */
function theOneOf(
  secrets: readonly SourceSecret[],
  nowMs: number,
  matches: (secret: string) => boolean,
): number | undefined {
  const found = secrets.map((secret) => matches(secret.value.reveal()) && isInTime(secret, nowMs));
  const index = found.indexOf(true);
  return index < 0 ? undefined : index;
}

function isInTime({ notBeforeMs, notAfterMs }: SourceSecret, nowMs: number): boolean {
  return nowMs >= (notBeforeMs ?? -Infinity) && nowMs <= (notAfterMs ?? Infinity);
}

function addressList(allowFrom: readonly string[] | undefined): BlockList | undefined {
  if (allowFrom === undefined) return undefined;
  const list = new BlockList();
  for (const address of allowFrom) list.addAddress(address, family(address));
  return list;
}

function isListed(address: string, list: BlockList | undefined): boolean {
  return list === undefined || list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
