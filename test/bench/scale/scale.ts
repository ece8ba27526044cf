/** `npm run bench:scale`: batches a second of 1 to 32 detector processes on one queue, against as many times one's. */
import '../../../apps/cli/silence-libraries.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { baselineBundleDir } from '../../../models/shipped-bundles.ts';
import { readBundle } from '../../../models/load-bundle.ts';
import { connectNats } from '../../../platform/jetstream/connect-nats.ts';
import { createTileQueue } from '../../../platform/jetstream/tile-queue.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { realServer } from '../../real-servers.ts';
import { describeMachine } from '../describe-machine.ts';
import { environmentOf } from '../environment-of.ts';
import { measureScale, type ScaleMeasurement } from './measure-scale.ts';
import { scaleFigures } from './scale-figures.ts';
import { scaleTable } from './scale-table.ts';

const { values: flags } = parseArgs({
  options: {
    detectors: { type: 'string', default: '1,2,4,8,16,32' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    'batch-ms': { type: 'string', default: '100' },
    json: { type: 'string' },
  },
});

/** Detectors of this bench read no slides and know no Temporal. */
const NOBODY = {
  temporal: { address: '127.0.0.1:1', namespace: 'default' },
  s3: { endpoint: 'http://127.0.0.1:1', region: 'none', bucket: 'h2g', accessKey: 'none', secretKey: 'none' },
};

const counts = flags.detectors.split(',').map(Number);
const batchSeconds = Number(flags['batch-ms']) / 1_000;
const logDir = await mkdtemp(join(tmpdir(), 'h2g-scale-'));
const nats = await realServer('nats');
try {
  const { manifest, digest } = await readBundle(baselineBundleDir());
  const link = await connectNats({ url: nats.address.url, name: 'h2g scale', log: SILENT_LOG });
  const tools = {
    jsm: link.jsm,
    queue: createTileQueue(link, { log: SILENT_LOG }),
    bundle: { id: manifest.id, version: manifest.version, digest, url: 's3://h2g/bundles/scale/' },
    natsPid: nats.pid,
    env: { ...process.env, ...environmentOf({ ...NOBODY, natsUrl: nats.address.url }) },
    logDir,
    batchSeconds,
    windowSeconds: Number(flags.seconds),
  };
  const measured: ScaleMeasurement[] = [];
  // In turn, since what else the machine does changes from minute to minute.
  for (let round = 1; round <= Number(flags.rounds); round++)
    for (const count of counts) {
      const measurement = await measureScale(tools, count, `scale-${round}-${count}`);
      measured.push(measurement);
      const rate = measurement.batchesPerSecond.toFixed(1);
      process.stderr.write(`round ${round}: ${count} detectors, ${rate} batches/s\n`);
    }
  const machine = describeMachine();
  const figures = scaleFigures(measured, batchSeconds);
  process.stdout.write(`${machine.cores} cores (${machine.processor}), Node ${machine.node}\n\n`);
  process.stdout.write(`${scaleTable(figures)}\n`);
  if (flags.json !== undefined)
    await writeFile(flags.json, `${JSON.stringify({ machine, flags, figures, measured }, null, 1)}\n`);
  await link.close();
} finally {
  await nats.stop();
  await rm(logDir, { recursive: true, force: true, maxRetries: 5 });
}
