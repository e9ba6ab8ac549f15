/**
 * The API keys of the simulated Kraken accounts: which key belongs to whom, which half it is, and
 * whether Kraken still knows it. Rotating makes a new key; the old one works until it is revoked.
 */
import { keyIdOf, type KeyHalf } from '../../functions/adapters/secrets/account-keys.ts';

/** A key as Kraken knows it. */
export interface KnownKey {
  /** The Kraken account; several accounts of the configuration may share it. */
  readonly owner: string;
  readonly half: KeyHalf | 'hand';
  isRevoked: boolean;
}

/** Every key of a world. */
export class KeyRing {
  readonly #known = new Map<string, KnownKey>();
  readonly #current = new Map<string, { readonly publicKey: string; readonly keyId: string }>();
  #count = 0;

  /** Makes the first keys of an account, or new ones; returns the id of the new key. */
  make(owner: string, half: KeyHalf): string {
    this.#count += 1;
    const publicKey = `${owner}-${half}-${this.#count}`;
    const keyId = keyIdOf(publicKey);
    this.#known.set(keyId, { owner, half, isRevoked: false });
    this.#current.set(`${owner}/${half}`, { publicKey, keyId });
    return keyId;
  }

  /** The text of the secret `harpoon/OWNER/HALF`. */
  secretText(owner: string, half: string): string | undefined {
    const key = this.#current.get(`${owner}/${half}`);
    if (key === undefined) return undefined;
    return JSON.stringify({ key: key.publicKey, secret: `private of ${key.publicKey}` });
  }

  /** Id of the key that the secret holds now. */
  idOf(owner: string, half: KeyHalf): string {
    return this.#current.get(`${owner}/${half}`)?.keyId ?? '';
  }

  /** Kraken does not know the key any more. */
  revoke(keyId: string): void {
    const key = this.#known.get(keyId);
    if (key !== undefined) key.isRevoked = true;
  }

  /** What Kraken knows of a key. One that was not made here says it in its name, `main-trade`. */
  of(keyId: string): KnownKey {
    const known = this.#known.get(keyId);
    if (known !== undefined) return known;
    const at = keyId.lastIndexOf('-');
    const end = keyId.slice(at + 1);
    const half = end === 'query' || end === 'hand' ? end : 'trade';
    const named: KnownKey = { owner: keyId.slice(0, at), half, isRevoked: false };
    this.#known.set(keyId, named);
    return named;
  }
}
