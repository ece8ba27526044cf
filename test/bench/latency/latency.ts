/** `npm run bench:latency`: how soon a STAT slide is in work behind a long queue, and how soon a run stops that is told to. */
import '../../../apps/cli/silence-libraries.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { workflowIdOf } from '../../../domain/segment-slide.ts';
import { createS3Store } from '../../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import { paintSyntheticSlide } from '../../../slides/synthetic/paint-synthetic-slide.ts';
import { writeSlowBundle } from '../../fixtures/slow-bundle.ts';
import { describeMachine } from '../describe-machine.ts';
import { median } from '../median.ts';
import { latencyFigures, latencyTable } from './latency-table.ts';
import { startLatencyStack } from './latency-stack.ts';
import { askAbout } from './questions.ts';
import { tryLatencies, type Latencies } from './try-latencies.ts';

const { values: flags } = parseArgs({
  options: {
    tries: { type: 'string', default: '50' },
    queue: { type: 'string', default: '500' },
    detectors: { type: 'string', default: '2' },
    // Odd; a batch takes the longer the wider it is.
    'window-px': { type: 'string', default: '35' },
    'watch-ms': { type: 'string', default: '3000' },
    json: { type: 'string' },
  },
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);
const STARTS_AT_ONCE = 20;
const QUEUED_WITHIN_MS = 600_000;

const folder = await mkdtemp(join(tmpdir(), 'h2g-latency-'));
try {
  const machine = describeMachine();
  const bundleDir = await writeSlowBundle(join(folder, 'slow'), { windowPx: Number(flags['window-px']) });
  const path = join(folder, 'slide.tif');
  // Some twenty batches: enough to be paused and cancelled in the middle.
  await paintSyntheticSlide({ path, widthPx: 5_120, heightPx: 5_120, mpp: 1, seed: 5 });
  await using stack = await startLatencyStack({ bundleDir, detectors: Number(flags.detectors) });
  const { servers, events } = stack;
  const store = createS3Store(servers.s3);
  const link = await connectTemporal(servers.temporal);
  const runs = createTemporalRunClient(link);
  const questions = await askAbout(path, { store, runs, bundleDir });

  const queue = Number(flags.queue);
  let last = '';
  for (let queued = 0; queued < queue; queued += STARTS_AT_ONCE) {
    const starts = Array.from({ length: Math.min(STARTS_AT_ONCE, queue - queued) }, () => questions.start('routine'));
    last = (await Promise.all(starts)).at(-1) ?? '';
  }
  note(`${queue} routine runs started`);
  await untilQueued(last);
  await events.until('detectors at work', () => events.count('TileBatch:Started') > Number(flags.detectors));
  note('the last of them waits in its queue, and detectors are at work');

  const tries: Latencies[] = [];
  while (tries.length < Number(flags.tries)) {
    tries.push(await tryLatencies({ runs, questions, events, watchMs: Number(flags['watch-ms']) }));
    note(`${tries.length} of ${flags.tries}: ${JSON.stringify(tries.at(-1))}`);
  }
  const batchSeconds = median(events.batchSeconds);
  const figures = latencyFigures(tries);
  process.stdout.write(
    `${machine.cores} cores (${machine.processor}), Node ${machine.node}; load before: ${machine.load.join(' ')}\n` +
      `${queue} routine runs in the queue, ${flags.detectors} detectors, a batch takes ${(batchSeconds * 1000).toFixed(0)} ms\n\n` +
      `${latencyTable(figures)}\n`,
  );
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ machine, flags, batchSeconds, figures, tries }, null, 1)}\n`);
  await runs.close();
  store.close();

  async function untilQueued(runId: string): Promise<void> {
    const endMs = performance.now() + QUEUED_WITHIN_MS;
    const handle = link.client.workflow.getHandle(workflowIdOf(runId));
    while (((await handle.describe()).raw.pendingActivities ?? []).length === 0) {
      if (performance.now() > endMs) throw new Error('the queue was not taken up');
      await delay(200);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
