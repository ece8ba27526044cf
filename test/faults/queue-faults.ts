import { setTimeout as delay } from 'node:timers/promises';
import { batchOfSubject, SCORES_STREAM, TILES_STREAM } from '../../domain/subjects.ts';
import { keepTrying } from '../../platform/jetstream/keep-trying.ts';
import { natsFault, type NatsFault } from '../../platform/jetstream/nats-fault.ts';
import type { Reach } from './account-batches.ts';
import type { Blow, Fault, Scene } from './fault.ts';
import { batchKey } from './journal.ts';
import type { World } from './world.ts';

type Stream = typeof TILES_STREAM | typeof SCORES_STREAM;

/** Only messages that are lost are counted as lost: a share of them, or all. */
const LOST_SHARE = 1 / 3;

const runIdOfSubject = (subject: string): string => subject.split('.').at(-2) ?? '';
const keyOf = (subject: string): string => batchKey(runIdOfSubject(subject), batchOfSubject(subject));
const batches = (subjects: readonly string[]): Reach => ({ kind: 'batches', keys: new Set(subjects.map(keyOf)) });

async function subjectsOf({ link }: World, stream: Stream): Promise<string[]> {
  const { state } = await insisting(() => link.jsm.streams.info(stream, { subjects_filter: '>' }));
  return Object.keys(state.subjects ?? {});
}

const PATIENCE_MS = 30_000;
const AWAY: ReadonlySet<NatsFault> = new Set(['away']);

/** A broker under load answers late; whatever is asked of it here may be asked twice. */
const insisting = <T>(work: () => Promise<T>): Promise<T> =>
  keepTrying(work, { doing: 'strike', patienceMs: PATIENCE_MS, passing: AWAY });

/** What is gone already is gone. */
const insistGone = (work: () => Promise<unknown>): Promise<unknown> =>
  insisting(() =>
    work().catch((thrown: unknown) => {
      if (natsFault(thrown) !== 'missing') throw thrown;
    }),
  );

/** Streams are made by the first who needs them. */
const isThere = async ({ link, servers }: World): Promise<boolean> =>
  (await servers.nats.isServing()) &&
  (await Promise.all([link.jsm.streams.info(TILES_STREAM), link.jsm.streams.info(SCORES_STREAM)]).then(
    () => true,
    () => false,
  ));

/** What lies in JetStream is lost without any server having failed. */
const lose = (name: string, work: (scene: Scene) => Promise<Pick<Blow, 'reach'> & Partial<Blow>>): Fault => ({
  name,
  async strike(scene) {
    if (scene.busy.has('nats') || !(await isThere(scene.world))) return undefined;
    return { target: 'nats', heal: async () => undefined, ...(await work(scene)) };
  },
});

const loseMessages = (name: string, stream: Stream): Fault =>
  lose(name, async ({ world, random }) => {
    const { jsm } = world.link;
    const subjects = (await subjectsOf(world, stream)).filter(() => random.unit() < LOST_SHARE);
    for (const filter of subjects) await insisting(() => jsm.streams.purge(stream, { filter }));
    return { reach: [batches(subjects)] };
  });

const purgeAll = (name: string, stream: Stream): Fault =>
  lose(name, async ({ world }) => {
    const subjects = await subjectsOf(world, stream);
    await insisting(() => world.link.jsm.streams.purge(stream));
    return { reach: [batches(subjects)] };
  });

/** Until it is there again, nothing that is in hand can be settled. */
const deleteStream = (name: string, stream: Stream): Fault =>
  lose(name, async ({ world }) => {
    const { jsm } = world.link;
    const subjects = await subjectsOf(world, stream);
    await insistGone(() => jsm.streams.delete(stream));
    return {
      reach: [batches(subjects), { kind: 'all-hands' }],
      heal: () => thereAgain(() => jsm.streams.info(stream)),
    };
  });

const deleteConsumer: Fault = lose('delete a consumer', async ({ world, random }) => {
  const { jsm } = world.link;
  const consumers = await insisting(() => jsm.consumers.list(TILES_STREAM).next());
  const consumer = random.pick(
    consumers.filter(({ num_ack_pending, num_pending }) => num_ack_pending + num_pending > 0),
  );
  if (consumer === undefined) return { reach: [] };
  await insistGone(() => jsm.consumers.delete(TILES_STREAM, consumer.name));
  return {
    reach: [{ kind: 'all-hands' }],
    heal: () => thereAgain(() => jsm.consumers.info(TILES_STREAM, consumer.name)),
  };
});

const THERE_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Whoever needs it makes it again; where nobody needs it any more, nobody does. */
async function thereAgain(look: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + THERE_WITHIN_MS;
  while (performance.now() < deadline) {
    const found = await look().then(
      () => true,
      () => false,
    );
    if (found) return;
    await delay(LOOK_EVERY_MS);
  }
}

export const QUEUE_FAULTS: readonly Fault[] = [
  loseMessages('lose a third of the batches', TILES_STREAM),
  loseMessages('lose a third of the scores', SCORES_STREAM),
  purgeAll('purge all batches', TILES_STREAM),
  deleteConsumer,
  deleteStream('delete the stream of batches', TILES_STREAM),
  deleteStream('delete the stream of scores', SCORES_STREAM),
];
