/** The values of the configuration that are words: pairs, names, addresses, choices. */
import { isIP, SocketAddress } from 'node:net';
import { err, ok, type Result } from '../../functions/core/result.ts';
import { likelyPair, PAIR, peoplesName } from '../../functions/core/market/pair-name.ts';
import type { Said } from './fault.ts';
import { isWhat } from './said.ts';
import { nearest } from '../../functions/core/suggest.ts';

/** `BTC/USD`, in the names that people use. */
export function readPair(text: string): Result<string, Said> {
  const [base = '', quote = ''] = text.split('/');
  const isOurs = base === peoplesName(base) && quote === peoplesName(quote);
  if (PAIR.test(text) && isOurs) return ok(text);
  const problem = PAIR.test(text) ? "uses Kraken's own codes" : 'is not a pair';
  return err({
    problem: `${isWhat(text)}: ${problem}`,
    remedy: `Write ${likelyPair(text) ?? 'a pair such as BTC/USD'}.`,
  });
}

/** What the design knows but this version does not carry out, by the word people would write. */
const NOT_YET: Readonly<Record<string, string>> = {
  'kraken-futures': 'Kraken futures are not part of this version',
};

/** One of a few words. */
export function readChoice<const T extends string>(
  choices: readonly T[],
): (text: string) => Result<T, Said> {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return ok(chosen);
    const later = Object.hasOwn(NOT_YET, text) ? NOT_YET[text] : undefined;
    const near = nearest(text, choices);
    const remedy = near === undefined ? `Write ${either(choices)}.` : `Did you mean ${near}?`;
    return err({
      problem: later === undefined ? isWhat(text) : `${isWhat(text)}: ${later}`,
      remedy,
    });
  };
}

/** `a`, `a or b`, `a, b or c`. */
function either(choices: readonly string[]): string {
  return choices.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

/** Source: CreateSecret, https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;

/** Kraken's keys are 56 and 88 characters of base64; Standard Webhooks and Slack mark theirs. */
const LOOKS_SECRET = /^(?:[A-Za-z0-9+/]{56}|[A-Za-z0-9+/]{86}==|whsec_.*|xox[a-z]-.*|https?:.*)$/;

/** The name of a secret. The text is not repeated in the fault: it might be the secret itself. */
export function readSecretName(text: string): Result<string, Said> {
  const remedy = 'Write the name the secret has in Secrets Manager, such as harpoon/main.';
  if (LOOKS_SECRET.test(text)) {
    return err({
      problem: 'looks like a secret itself, and this file is no place for one',
      remedy: `Change that secret where it came from, because it may have been seen. ${remedy}`,
    });
  }
  if (SECRET_NAME.test(text)) return ok(text);
  const problem = 'is not a name of a secret (letters, digits and / _ + = . @ -)';
  return err({ problem: text === '' ? 'is empty' : problem, remedy });
}

/** An e-mail address: one, plain, without a display name. */
export function readEmail(text: string): Result<string, Said> {
  const isPlain = /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(text);
  if (isPlain && text.length <= 254) return ok(text);
  return err({
    problem: `${isWhat(text)}: not an e-mail address`,
    remedy: 'Write me@example.com.',
  });
}

/** An IPv4 or IPv6 address in its shortest form, or the word `tradingview`. */
export function readAddress(text: string): Result<string, Said> {
  if (text === 'tradingview') return ok(text);
  const family = isIP(text);
  if (family === 4) return ok(text);
  if (family === 6 && !text.includes('%')) {
    return ok(new SocketAddress({ address: text, family: 'ipv6' }).address);
  }
  const problem = text.includes('/') ? 'ranges are not known' : 'not an IP address';
  return err({
    problem: `${isWhat(text)}: ${problem}`,
    remedy: 'Write single addresses such as 203.0.113.7.',
  });
}

/** A reference to a name of this file; whether the name exists is looked up in references.ts. */
export function readReference(text: string): Result<string, Said> {
  if (text !== '') return ok(text);
  return err({ problem: 'is empty', remedy: 'Write a name of this file.' });
}
