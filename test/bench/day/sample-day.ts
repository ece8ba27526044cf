import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamManager } from 'nats';
import { SCORES_STREAM, TILES_STREAM } from '../../../domain/subjects.ts';
import { cpuSeconds } from '../cpu-seconds.ts';
import type { DayProcess, Kind } from './day-stack.ts';

/** How things stand at one moment of the day. */
export interface DaySample {
  readonly atSeconds: number;
  readonly slidesDone: number;
  /** Computed so far, by kind of process. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Resident memory in bytes, by kind of process. */
  readonly memory: Readonly<Record<string, number>>;
  /** Bytes on disk, by server; those of the store are counted less often, since its files are many. */
  readonly disk: Readonly<Record<string, number>>;
  readonly waitingBatches: number;
  readonly storedScores: number;
  readonly scoresConsumers: number;
}

export interface Sampling {
  readonly samples: readonly DaySample[];
  /** Takes a last sample and ends. */
  end(): Promise<void>;
}

export interface SampledDay {
  readonly processes: readonly DayProcess[];
  readonly jsm: JetStreamManager;
  readonly slidesDone: () => number;
  readonly everySeconds: number;
}

/** So many samples come to one that counts the store's files. */
const STORE_EVERY = 12;

export function sampleDay(day: SampledDay): Sampling {
  const samples: DaySample[] = [];
  const stop = new AbortController();
  const take = async (whole: boolean): Promise<void> => void samples.push(await sample(day, whole));
  const going = (async () => {
    for (let turn = 0; !stop.signal.aborted; turn++) {
      await take(turn % STORE_EVERY === 0);
      await delay(day.everySeconds * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
    await take(true);
  })();
  going.catch(() => undefined);
  return {
    samples,
    end: () => {
      stop.abort();
      return going;
    },
  };
}

async function sample({ processes, jsm, slidesDone }: SampledDay, withStore: boolean): Promise<DaySample> {
  const [tiles, scores] = await Promise.all([jsm.streams.info(TILES_STREAM), jsm.streams.info(SCORES_STREAM)]);
  const folders = processes.filter(({ kind }) => withStore || kind !== 'minio');
  return {
    atSeconds: performance.now() / 1_000,
    slidesDone: slidesDone(),
    cpu: await byKind(processes, ({ pid }) => cpuSeconds(pid)),
    memory: await byKind(processes, ({ pid }) => residentBytes(pid)),
    disk: await byKind(folders, async ({ dataDir }) => (dataDir === undefined ? 0 : folderBytes(dataDir))),
    waitingBatches: tiles.state.messages,
    storedScores: scores.state.messages,
    scoresConsumers: scores.state.consumer_count,
  };
}

async function byKind(
  processes: readonly DayProcess[],
  measure: (process: DayProcess) => Promise<number>,
): Promise<Partial<Record<Kind, number>>> {
  const sums: Partial<Record<Kind, number>> = {};
  const values = await Promise.all(processes.map(measure));
  for (const [i, { kind }] of processes.entries()) sums[kind] = (sums[kind] ?? 0) + (values[i] ?? 0);
  return sums;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1_024;
}

const BYTES_A_BLOCK = 512;

/** What is taken of the disk; files that vanish meanwhile count nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return folderBytes(path);
      return ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * BYTES_A_BLOCK;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
