/** `npm run bench:day`: slides of real sizes through the real servers, with detectors that only wait. */
import '../../../apps/cli/silence-libraries.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LANES, type Lane } from '../../../domain/run-spec.ts';
import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import { readBundle } from '../../../models/load-bundle.ts';
import { connectNats } from '../../../platform/jetstream/connect-nats.ts';
import { ensureStreams } from '../../../platform/jetstream/ensure-streams.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { createS3Store } from '../../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../../platform/temporal/temporal-run-client.ts';
import { describeMachine } from '../describe-machine.ts';
import { figuresOf } from './day-figures.ts';
import { startDayStack } from './day-stack.ts';
import { dayTable } from './day-table.ts';
import { feedSlides, type DaySlideResult, type LaneShare } from './feed-slides.ts';
import { historyLengths } from './history-lengths.ts';
import { sampleDay } from './sample-day.ts';

const { values: flags } = parseArgs({
  options: {
    slides: { type: 'string', default: '4000' },
    'at-once': { type: 'string', default: '40' },
    lanes: { type: 'string', default: 'stat=2,routine=90,research=8' },
    orchestrators: { type: 'string', default: String(availableParallelism()) },
    detectors: { type: 'string', default: '2' },
    gpus: { type: 'string', default: '6' },
    'cells-per-second': { type: 'string', default: '1500' },
    'detecting-runs': { type: 'string', default: '16' },
    'without-results': { type: 'boolean', default: false },
    every: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    logs: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** @example lanesOf('stat=1,routine=9') */
const lanesOf = (text: string): LaneShare[] =>
  text.split(',').map((part) => {
    const [lane, share] = part.split('=');
    if (!LANES.includes(lane as Lane)) throw new Error(`--lanes: "${part}" names none of ${LANES.join(', ')}`);
    return { lane: lane as Lane, share: Number(share ?? 1) };
  });

const folder = await mkdtemp(join(tmpdir(), 'h2g-day-'));
const slides = Number(flags.slides);
const results: DaySlideResult[] = [];
const onDone = (result: DaySlideResult): void => {
  results.push(result);
  if (results.length % Math.ceil(slides / 20) === 0)
    note(`${new Date().toISOString().slice(11, 19)} ${results.length} of ${slides} slides`);
};

try {
  const machine = describeMachine();
  const { manifest, digest } = await readBundle(baselineBundleDir());
  const bundle = { id: manifest.id, version: manifest.version, digest, url: 's3://h2g/bundles/day/' };
  await using stack = await startDayStack({
    logDir: flags.logs ?? join(folder, 'logs'),
    orchestrators: Number(flags.orchestrators),
    detectors: Number(flags.detectors),
    gpusEach: Number(flags.gpus),
    cellsPerSecond: Number(flags['cells-per-second']),
    detectingRuns: Number(flags['detecting-runs']),
    results: !flags['without-results'],
    nodeArgs: flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`],
  });
  const { servers, processes } = stack;
  const link = await connectNats({ url: servers.natsUrl, name: 'h2g day', log: SILENT_LOG });
  const temporal = await connectTemporal(servers.temporal);
  const store = createS3Store(servers.s3);
  await ensureStreams(link.jsm);
  const runs = createTemporalRunClient(temporal);
  const sampling = sampleDay({
    processes,
    jsm: link.jsm,
    slidesDone: () => results.length,
    everySeconds: Number(flags.every),
  });
  const feeding = { runs, store, bundle, slides, atOnce: Number(flags['at-once']), lanes: lanesOf(flags.lanes) };
  await Promise.race([feedSlides({ ...feeding, seed: Number(flags.seed), onDone }), stack.lost]);
  await sampling.end();
  const { samples } = sampling;
  const histories = await historyLengths(temporal);
  const figures = figuresOf({ cores: machine.cores, samples, results, histories });
  process.stdout.write(`${machine.cores} cores (${machine.processor}), Node ${machine.node}\n\n${dayTable(figures)}\n`);
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ machine, flags, figures, samples, results }, null, 1)}\n`);
  await runs.close();
  await link.close();
  store.close();
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
