/** Who acts in a world beside the senders of signals, and beside what AWS does by itself. */
import type { Config } from '../../functions/core/config.ts';
import { Amending } from './amending.ts';
import type { Cloud } from './cloud.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { WorldOptions } from './experiment.ts';
import { Halting } from './halting.ts';
import type { KeyRing } from './key-ring.ts';
import type { Language } from './language.ts';
import type { Monitor } from './monitor.ts';
import { People } from './people.ts';
import type { Surroundings } from './process.ts';
import { Recalling } from './recalling.ts';
import { Releases } from './releases.ts';
import { restoreLater } from './restore.ts';
import type { Senders } from './senders.ts';
import type { SourceCredentials } from './source-credentials.ts';
import type { SimulatedStore } from './store-ports.ts';

/** What they act on, and until when. */
export interface Scene {
  readonly options: WorldOptions;
  readonly config: Config;
  readonly language: Language | undefined;
  readonly monitor: Monitor;
  readonly exchange: SimulatedExchange;
  readonly store: SimulatedStore;
  readonly keys: KeyRing;
  readonly credentials: SourceCredentials;
  readonly cloud: Cloud;
  readonly senders: Senders;
  readonly endMs: number;
}

/** Those of whom something is asked later. */
export interface Actors {
  /** Where new versions come in mid-flight. */
  readonly releases: Releases | undefined;
  /** Where senders change orders of theirs. */
  readonly amending: Amending | undefined;
}

/** Starts everybody: people, who halts, who takes orders back or changes them, who deploys, who restores. */
export function startActors(around: Surroundings, scene: Scene): Actors {
  const { options, language, monitor, exchange, store, endMs, config, cloud } = scene;
  const { keys, credentials } = scene;
  const stage = { monitor, exchange, store: store.store, endMs, config, keys, credentials };
  const people = new People(around, stage);
  people.start();
  if (language?.halts === true) startHalting(around, scene, people);
  if (language?.recalls === true) startRecalling(around, scene);
  const amending = startAmending(around, scene);
  const releases = around.faults.has('deployed in mid-flight')
    ? new Releases(around, endMs, (kill) => cloud.replace(kill))
    : undefined;
  restoreLater(around, {
    ...{ stage, people, store, replaceAll: () => cloud.replace(true) },
    withoutSwitch: options.mutant?.restoresWithoutSwitch === true,
  });
  return { releases, amending };
}

function startHalting(around: Surroundings, scene: Scene, people: People): void {
  const { options, config, credentials, language, monitor, cloud, endMs } = scene;
  new Halting(around, {
    ...{ seed: options.seed, endMs, config, people, credentials },
    flattens: language?.flattens === true,
    onSale: (order) => monitor.flattens?.asked(order),
    post: (request, done) => cloud.receive(request, done),
    command: (body) => cloud.command(body),
  }).start();
}

function startRecalling(around: Surroundings, scene: Scene): void {
  const { options, config, credentials, cloud, senders, endMs } = scene;
  const recalling = new Recalling(around, {
    ...{ seed: options.seed, endMs, config, credentials },
    post: (request, done) => cloud.receive(request, done),
  });
  senders.onFired.push((source, id) => recalling.fired(source, id));
}

function startAmending(around: Surroundings, scene: Scene): Amending | undefined {
  const { options, config, credentials, monitor, exchange, cloud, senders, endMs } = scene;
  const witness = monitor.amends;
  if (witness === undefined) return undefined;
  const { store } = scene.store;
  const amending = new Amending(around, {
    ...{ seed: options.seed, endMs, config, witness, credentials, book: exchange.book },
    resting: () => store.rows().filter((row) => exchange.book.isOpen(row.clientOrderId)),
    rows: (refs) => refs.flatMap((ref) => (store.audit(ref).length === 0 ? [] : store.row(ref))),
    post: (request, done) => cloud.receive(request, done),
  });
  amending.start();
  senders.onFired.push((source, id) => amending.fired(source, id));
  return amending;
}
