import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awaitQuiet } from './await-quiet.ts';
import type { BenchTools, Figure } from './figure.ts';
import { openTelemetrySite, type RunCost, type TelemetrySite } from './telemetry-site.ts';

/** What the project has promised: under 2 % of detection speed. */
const PROMISED_SHARE = 0.98;
/** Twice as often as the chart asks a Prometheus to. */
const READ_EVERY_MS = 15_000;

/**
 * Two sites beside each other, of which one is read and traced; each round runs the slide four times in the order plain, told, told, plain, so that what the machine
 * does meanwhile falls on both alike.
 */
export async function telemetryBench({
  stack,
  slide,
  threads,
  rounds,
  patienceSeconds,
  note,
}: BenchTools): Promise<Figure[]> {
  await using collector = await openCollector();
  const common = { folder: stack.folder, slide };
  await using plain = await openTelemetrySite({ ...common, name: 'plain', env: {} });
  const telling = { H2G_HTTP_ADDRESS: '127.0.0.1:0', OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  await using told = await openTelemetrySite({ ...common, name: 'told', env: telling });
  await plain.run();
  await told.run();
  const measured: { plain: Speed; told: Speed }[] = [];
  for (let round = 1; round <= rounds; round++) {
    await awaitQuiet(threads, patienceSeconds);
    const first = await plain.run();
    const [second, third] = await read(told, async () => [await told.run(), await told.run()] as const);
    const fourth = await plain.run();
    const speeds = { plain: speedOf(first, fourth), told: speedOf(second, third) };
    measured.push(speeds);
    note(`round ${round}: ${inWords(speeds.told)} told, ${inWords(speeds.plain)} plain`);
  }
  if (collector.bytes() === 0) throw new Error('no trace was sent, so what traces cost was not measured');
  const figure = (name: string, unit: string, value: (round: (typeof measured)[number]) => number): Figure => ({
    name,
    unit,
    values: measured.map(value),
  });
  return [
    figure('detection, nobody asks', 'cells/s', ({ plain: { cellsPerSecond } }) => cellsPerSecond),
    figure('detection, metrics read and all spans sent', 'cells/s', ({ told: { cellsPerSecond } }) => cellsPerSecond),
    {
      ...figure('share of speed that is left', '', (round) => round.told.cellsPerSecond / round.plain.cellsPerSecond),
      promised: { atLeast: PROMISED_SHARE },
    },
    figure('processor time of the workers, nobody asks', 'ms/cell', (round) => round.plain.cpuMsPerCell),
    figure('processor time of the workers, told', 'ms/cell', (round) => round.told.cpuMsPerCell),
    figure('quotient of these', '', (round) => round.told.cpuMsPerCell / round.plain.cpuMsPerCell),
  ];
}

interface Speed {
  readonly cellsPerSecond: number;
  /** Says more where the machine is not quiet. */
  readonly cpuMsPerCell: number;
}

const speedOf = (...runs: readonly RunCost[]): Speed => {
  const sum = (of: (run: RunCost) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const cells = sum((run) => run.cells);
  return {
    cellsPerSecond: cells / sum((run) => run.detectSeconds),
    cpuMsPerCell: (sum((run) => run.cpuSeconds) * 1000) / cells,
  };
};

const inWords = ({ cellsPerSecond, cpuMsPerCell }: Speed): string =>
  `${cellsPerSecond.toFixed(0)} cells/s and ${cpuMsPerCell.toFixed(2)} ms/cell`;

/** As a Prometheus would read it, meanwhile. */
async function read<T>(site: TelemetrySite, work: () => Promise<T>): Promise<T> {
  const urls = await site.metricsUrls();
  if (urls.length === 0) throw new Error('no worker shows metrics, so what they cost was not measured');
  const look = (): void => {
    for (const url of urls) void fetch(url).then((answer) => answer.text());
  };
  look();
  const reading = setInterval(look, READ_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(reading);
  }
}

/** Takes whatever it is sent, at no cost: a site's collector has a machine of its own. */
async function openCollector(): Promise<AsyncDisposable & { endpoint: string; bytes: () => number }> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (part: Buffer) => (bytes += part.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
