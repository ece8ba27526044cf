import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack, StackCpu } from './stack.ts';

const SAMPLE_MS = 100;
/** Keep-alives between two samples stay below it, the first batch does not. */
const AT_WORK_SECONDS = 0.03;

export interface DetectionCpu extends StackCpu {
  /** Of the cores' time, what went to other programs (the command line and this one among them). */
  readonly foreignShare: number;
}

interface Sample extends StackCpu {
  readonly atSeconds: number;
  /** Of all cores together. */
  readonly idleSeconds: number;
}

/** What the whole system computed while its detectors were at work, found by looking ten times a second; the detectors rest outside of it. */
export async function detectionCpu<T>(stack: Stack, run: () => Promise<T>): Promise<{ answer: T; cpu: DetectionCpu }> {
  const lookAtStack = await stack.watchCpu();
  const look = async (): Promise<Sample> => ({
    ...(await lookAtStack()),
    atSeconds: performance.now() / 1000,
    idleSeconds: cpus().reduce((sum, { times }) => sum + times.idle / 1000, 0),
  });
  const samples = [await look()];
  const ended = new AbortController();
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      await delay(SAMPLE_MS);
      samples.push(await look());
    }
  })();
  const answer = await run().finally(() => ended.abort());
  await sampling;
  return { answer, cpu: workPart(samples) };
}

function workPart(samples: readonly Sample[]): DetectionCpu {
  const working = (sample: Sample, i: number): boolean =>
    sample.detectorSeconds - (samples[i - 1]?.detectorSeconds ?? Infinity) > AT_WORK_SECONDS;
  const first = samples[Math.max(0, samples.findIndex(working) - 1)];
  const last = samples[samples.findLastIndex(working)];
  if (first === undefined || last === undefined) throw new Error('no detector worked during the run');
  const detectorSeconds = last.detectorSeconds - first.detectorSeconds;
  const allSeconds = last.allSeconds - first.allSeconds;
  const coreSeconds = (last.atSeconds - first.atSeconds) * availableParallelism();
  const foreignShare = 1 - (allSeconds + last.idleSeconds - first.idleSeconds) / coreSeconds;
  return { detectorSeconds, allSeconds, foreignShare };
}
