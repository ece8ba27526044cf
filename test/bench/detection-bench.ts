import { awaitQuiet, QUIET_SHARE } from './await-quiet.ts';
import type { BareCost, BareThreads } from './bare-threads.ts';
import type { BenchTools, Figure } from './figure.ts';
import { BARE_WORKS, type BareWork } from './bare-work.ts';
import { detectionCpu, type DetectionCpu } from './detection-cpu.ts';

const BARE_SECONDS = 3;

/** What the project has promised of two cores and a slide of 500 cells or more. */
const PROMISED_SHARE = 0.75;

interface Round {
  readonly bare: Bare;
  /** Cells a second of both works, perfectly overlapped on all cores. */
  readonly limit: number;
  /** Cells a second through the whole system. */
  readonly system: number;
  readonly cells: number;
  readonly cpu: DetectionCpu;
  /** How much of the cores nobody else took, at the worst of before, during and after. */
  readonly coreShare: number;
}

/** Each round measures the bare works on both sides of the run: what else the machine does changes from minute to minute. */
export async function detectionBench({
  stack,
  slide,
  threads,
  rounds,
  patienceSeconds,
  note,
}: BenchTools): Promise<Figure[]> {
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    await awaitQuiet(threads, patienceSeconds);
    const before = await measureBare(threads);
    const { answer, cpu } = await detectionCpu(stack, () => stack.runSlide(slide.path, slide.bundleDir));
    const { cells, stages } = answer;
    const after = await measureBare(threads);
    const bare = { inference: mean(before, after, 'inference'), decoding: mean(before, after, 'decoding') };
    const limit = threads.count / (bare.inference.wallSeconds + bare.decoding.wallSeconds);
    const system = cells.analysed / stages.detect;
    const bareShares = [before, after].map(({ inference }) => inference.cpuSeconds / inference.wallSeconds);
    const coreShare = Math.min(...bareShares, 1 - cpu.foreignShare);
    measured.push({ bare, limit, system, cells: cells.analysed, cpu, coreShare });
    const of = `${system.toFixed(0)} cells/s of at most ${limit.toFixed(0)}, ${(system / limit).toFixed(3)}`;
    note(`round ${round}: ${of}; ${(coreShare * 100).toFixed(0)} % of the cores were ours`);
  }
  return figuresOf(measured, threads.count);
}

type Bare = Record<BareWork, BareCost>;

async function measureBare(threads: BareThreads): Promise<Bare> {
  const costs: [BareWork, BareCost][] = [];
  for (const work of BARE_WORKS) costs.push([work, await threads.measure(work, BARE_SECONDS)]);
  return Object.fromEntries(costs) as Bare;
}

const mean = (before: Bare, after: Bare, work: BareWork): BareCost => ({
  wallSeconds: (before[work].wallSeconds + after[work].wallSeconds) / 2,
  cpuSeconds: (before[work].cpuSeconds + after[work].cpuSeconds) / 2,
});

function figuresOf(rounds: readonly Round[], cores: number): Figure[] {
  const figure = (name: string, unit: string, value: (round: Round) => number): Figure => ({
    name,
    unit,
    values: rounds.map(value),
  });
  const quiet = rounds.filter(({ coreShare }) => coreShare >= QUIET_SHARE);
  const share = ({ system, limit }: Round): number => system / limit;
  const bareCpu = ({ bare }: Round): number => bare.inference.cpuSeconds + bare.decoding.cpuSeconds;
  return [
    figure('bare inference, all cores', 'cells/s', ({ bare }) => cores / bare.inference.wallSeconds),
    figure('bare JPEG decoding, all cores', 'cells/s', ({ bare }) => cores / bare.decoding.wallSeconds),
    figure('arithmetic limit', 'cells/s', ({ limit }) => limit),
    figure('detection through the whole system', 'cells/s', ({ system }) => system),
    figure('share of the cores that nobody else took', '', ({ coreShare }) => coreShare),
    figure('share of the limit, all rounds', '', share),
    {
      name: 'share of the limit, undisturbed rounds',
      unit: '',
      values: quiet.map(share),
      promised: { atLeast: PROMISED_SHARE },
    },
    figure('processor time: inference', 'ms/cell', ({ bare }) => bare.inference.cpuSeconds * 1000),
    figure('processor time: decoding', 'ms/cell', ({ bare }) => bare.decoding.cpuSeconds * 1000),
    figure('processor time: detector', 'ms/cell', ({ cpu, cells }) => (cpu.detectorSeconds / cells) * 1000),
    figure('processor time: the whole system', 'ms/cell', ({ cpu, cells }) => (cpu.allSeconds / cells) * 1000),
    figure(
      'share of it that is inference and decoding',
      '',
      (round) => bareCpu(round) / (round.cpu.allSeconds / round.cells),
    ),
  ];
}
