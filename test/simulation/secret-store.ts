/** Secrets Manager as one process sees it: the only call that the product makes, and its failures. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { KeyRing } from './key-ring.ts';
import type { Process, Surroundings } from './process.ts';
import type { SourceCredentials } from './source-credentials.ts';

const FORM = /^harpoon\/(?:source\/(?<source>\w+)|(?<owner>\w+)\/(?<half>trade|query))$/;

/** The secrets of a world. */
export class SecretStore {
  readonly #around: Surroundings;
  readonly #keys: KeyRing;
  readonly #sources: SourceCredentials;
  /** Hears whose key is read. */
  onKeyRead: (owner: string) => void = () => undefined;

  constructor(around: Surroundings, keys: KeyRing, sources: SourceCredentials) {
    this.#around = around;
    this.#keys = keys;
    this.#sources = sources;
  }

  /** A client for whichever process runs when it is asked. */
  clientFor(running: () => Process): SecretsManagerClient {
    const send = ({ input }: { input: { SecretId: string } }): Promise<unknown> =>
      running().call({ port: 'secrets.get', effect: () => this.#read(input.SecretId) });
    return { send } as unknown as SecretsManagerClient;
  }

  #read(name: string): { readonly SecretString: string | undefined } {
    const { faults } = this.#around;
    if (faults.lasts('secrets away') || faults.strikes('secret unreadable')) {
      throw new Error('the secrets are away');
    }
    const { source, owner = '', half = '' } = FORM.exec(name)?.groups ?? {};
    if (source === undefined) this.onKeyRead(owner);
    const text =
      source === undefined ? this.#keys.secretText(owner, half) : this.#sources.secretText(source);
    return { SecretString: text };
  }
}
