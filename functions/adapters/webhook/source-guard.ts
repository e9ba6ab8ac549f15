/**
 * Says who may speak for a source: the token in the path, the address of the sender, and a secret
 * in the message or a signature over it. All of them must be right. The comparison is made for
 * unknown sources too, and no answer tells which of them was wrong.
 */
import { BlockList, isIPv6 } from 'node:net';
import type { Config } from '../../core/config.ts';
import { secretOf } from '../../core/message/message.ts';
import type { SourceSecrets } from '../../core/ports.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { SourceSecret } from '../../core/secret.ts';
import type {
  AdmittedSource,
  FailedCheck,
  SourceGuard,
} from '../../core/receive/signal-request.ts';
import { sameText } from './same-text.ts';
import type { Claim } from './scheme.ts';
import { schemeOf } from './schemes.ts';

/** The form of a path token: at least 32 characters that need no escape in a path. */
const TOKEN = /^[A-Za-z0-9_-]{32,128}$/;

/** Compared with where there is nothing to compare with; no request can carry it. */
const NO_SECRET = '\u0000';

/** A guard over the sources of the configuration. */
export function sourceGuard(config: Config, secrets: SourceSecrets): SourceGuard {
  const doors = new Map(
    Object.entries(config.sources).map(([name, source]) => [
      name,
      { name, source, scheme: schemeOf(source.auth), addresses: addressList(source.allowFrom) },
    ]),
  );
  return {
    async admit({ source: name, token, address }) {
      // A token of another form is nobody's: turned away before anything is asked or computed.
      if (!TOKEN.test(token)) return err('token-form');
      const door = doors.get(name);
      const credentials = door === undefined ? undefined : await secrets.of(door.source.secret);
      const isToken = sameText(token, credentials?.token.reveal() ?? NO_SECRET);
      if (door === undefined || credentials === undefined) return err('unknown-source');
      if (!isToken) return err('wrong-token');
      if (!isListed(address, door.addresses)) return err('wrong-address');
      const { source, scheme } = door;
      return ok({
        ...{ name, source, proofIn: scheme.proofIn },
        prove(evidence, nowMs) {
          const claim = scheme.claimIn(evidence, nowMs);
          if (!claim.ok) return claim;
          const index = theOneOf(credentials.secrets, nowMs, claim.value);
          if (!index.ok) return index;
          const { signed } = claim.value;
          return ok({ secretIndex: index.value, ...(signed === undefined ? {} : { signed }) });
        },
        ...haltProof(credentials.halt),
      });
    },
  };
}

/**
 * How a message proves that it may halt: by the halt secret in its field `secret`, however the
 * source proves its other messages.
 */
function haltProof(halt: readonly SourceSecret[] = []): Pick<AdmittedSource, 'proveHalt'> {
  if (halt.length === 0) return {};
  return {
    proveHalt(root, nowMs) {
      const given = secretOf(root);
      if (given === undefined || given === '') return err('field-missing');
      return theOneOf(halt, nowMs, { isOf: (secret) => sameText(given, secret) });
    },
  };
}

/**
 * Index of the secret that made the claim and is accepted now; tries all, so that none shows by
 * time. An empty secret makes no claim, whatever is configured.
 */
function theOneOf(
  secrets: readonly SourceSecret[],
  nowMs: number,
  claim: Claim,
): Result<number, FailedCheck> {
  const made = secrets.map(({ value }) => value.reveal() !== '' && claim.isOf(value.reveal()));
  const index = secrets.findIndex((secret, at) => made[at] === true && isInTime(secret, nowMs));
  if (index >= 0) return ok(index);
  return err(made.includes(true) ? 'secret-out-of-time' : 'no-secret-matches');
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
