import { setTimeout as delay } from 'node:timers/promises';
import type { Stack, StackCpu } from './stack.ts';

const SAMPLE_MS = 100;
/** Keep-alives between two samples stay below it, the first batch does not. */
const AT_WORK_SECONDS = 0.03;

/** What the whole system computed while its detectors were at work, found by looking ten times a second; the detectors rest outside of it. */
export async function detectionCpu<T>(stack: Stack, run: () => Promise<T>): Promise<{ answer: T; cpu: StackCpu }> {
  const samples = [await stack.cpu()];
  const ended = new AbortController();
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      await delay(SAMPLE_MS);
      samples.push(await stack.cpu());
    }
  })();
  const answer = await run().finally(() => ended.abort());
  await sampling;
  return { answer, cpu: workPart(samples) };
}

function workPart(samples: readonly StackCpu[]): StackCpu {
  const working = (sample: StackCpu, i: number): boolean =>
    sample.detectorSeconds - (samples[i - 1]?.detectorSeconds ?? Infinity) > AT_WORK_SECONDS;
  const first = samples[Math.max(0, samples.findIndex(working) - 1)];
  const last = samples[samples.findLastIndex(working)];
  if (first === undefined || last === undefined) throw new Error('no detector worked during the run');
  return {
    detectorSeconds: last.detectorSeconds - first.detectorSeconds,
    allSeconds: last.allSeconds - first.allSeconds,
  };
}
