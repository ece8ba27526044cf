import type { ErrorFacts } from './error.ts';
import type { ByteCount } from './byte-source.ts';
import { isDamagedFile } from './damaged-tile.ts';
import type { Gathered } from './gathered.ts';
import { quarantineKey } from './keys.ts';
import { CELL_STATUS, countStatus, type Heatmap } from './heatmap.ts';
import type { BinaryImage } from './image.ts';
import { TUMOUR_PLANE_MPP } from './mask.ts';
import type { Plan } from './plan.ts';
import type { Outcome, Report, Warning } from './report.ts';
import type { RunOptions, RunSpec, TissueMethod } from './run-spec.ts';
import { overrules, shortMpp } from './scale.ts';
import { areaMm2 } from './tissue.ts';

export interface ReportInput {
  readonly plan: Plan;
  readonly spec: RunSpec;
  readonly heatmap: Heatmap;
  readonly mask: BinaryImage;
  readonly gathered: Gathered;
  readonly stages: Report['stages'];
  readonly bytes: ByteCount;
  readonly provenance: Report['provenance'];
}

export function makeReport({ plan, spec, heatmap, mask, gathered, stages, bytes, provenance }: ReportInput): Report {
  const analysed = countStatus(heatmap, CELL_STATUS.analysed);
  const failed = countStatus(heatmap, CELL_STATUS.failed);
  const tumourAreaMm2 = areaMm2(mask, TUMOUR_PLANE_MPP);
  return {
    ...reportHead(plan.runId, spec),
    outcome: outcomeOf({ tissue: plan.tissue.cells, failed }, spec.options),
    slide: {
      name: plan.slide.name,
      widthPx: plan.slide.widthPx,
      heightPx: plan.slide.heightPx,
      mpp: plan.slide.mpp,
      scale: plan.slide.scale,
    },
    grid: plan.grid,
    cells: { tissue: plan.tissue.cells, analysed, failed },
    failedCells: { reasons: reasonsOf(gathered.failures), quarantine: failed > 0 ? quarantineKey(plan.runId) : null },
    coverage: coverageOf({ tissue: plan.tissue.cells, failed }),
    tumourAreaMm2,
    tissueAreaMm2: plan.tissue.areaMm2,
    tumourShare: plan.tissue.areaMm2 === 0 ? 0 : tumourAreaMm2 / plan.tissue.areaMm2,
    warnings: warningsOf(plan, spec, gathered),
    stages,
    bytes,
    provenance,
  };
}

interface CellCounts {
  readonly tissue: number;
  readonly failed: number;
}

const coverageOf = ({ tissue, failed }: CellCounts): number => (tissue === 0 ? 1 : (tissue - failed) / tissue);

/** A run whose every cell failed has failed, whatever the policy; one that covers less of the tissue than the policy asks for is for a person to judge. */
export function outcomeOf(cells: CellCounts, { minCoverage }: Pick<RunOptions, 'minCoverage'>): Outcome {
  if (cells.tissue === 0) return 'no-tissue';
  if (cells.failed === cells.tissue) return 'failed';
  return coverageOf(cells) < minCoverage ? 'needs-review' : 'done';
}

/** So many are told; a slide may be torn in thousands of places. */
const REASONS_TOLD = 20;

function reasonsOf(failures: Gathered['failures']): NonNullable<Report['failedCells']>['reasons'] {
  const counts = new Map<string, number>();
  for (const { reason } of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, cells]) => ({ reason, cells }))
    .toSorted((a, b) => b.cells - a.cells)
    .slice(0, REASONS_TOLD);
}

const OTHER_METHOD: Record<TissueMethod, TissueMethod> = { distance: 'otsu', otsu: 'distance' };

function warningsOf({ runId, slide, tissue }: Plan, spec: RunSpec, { failures }: Gathered): Warning[] {
  const warnings = scaleWarnings(slide);
  if (tissue.cells === 0)
    warnings.push({
      code: 'no-tissue',
      message: `No tissue found: no cell of the slide was analysed. If you see some, try --tissue ${OTHER_METHOD[spec.options.tissue]}.`,
    });
  if (failures.length > 0) warnings.push(cellsFailed(runId, { tissue: tissue.cells, failures }, spec));
  return warnings;
}

function cellsFailed(
  runId: string,
  { tissue, failures }: { tissue: number; failures: Gathered['failures'] },
  { options, slide: { url } }: RunSpec,
): Warning {
  const [first] = failures;
  const cells = { tissue, failed: failures.length };
  const lost = `${failures.length} of ${tissue} tissue cells could not be analysed and are marked in the heatmap`;
  const why = first
    ? `; the first, column ${first.cell[0]} row ${first.cell[1]}: ${first.reason.replace(/\.$/, '')}`
    : '';
  const asked = `${percent(options.minCoverage)} asked for (--min-coverage)`;
  const judged = outcomeOf(cells, options) === 'done' ? `not below the ${asked}` : `below the ${asked}`;
  const coverage = `Coverage is ${percent(coverageOf(cells))}, ${judged}.`;
  const advice = isDamagedFile({ reasons: failures.map(({ reason }) => reason), url })
    ? 'Judge them by eye, or, since the file itself is damaged there, copy the slide again from where it is whole and run it anew.'
    : `Judge them by eye, or mend the cause and try them alone again: h2g quarantine replay ${runId}`;
  return { code: 'cells-failed', message: `${lost}${why}. ${coverage} ${advice}` };
}

/** Never rounded up to a share that it does not reach. @example percent(0.98999) // "98.99 %" */
const percent = (share: number): string => `${Math.floor(share * 10_000) / 100} %`;

function scaleWarnings({ mpp, scale, slideSays }: Plan['slide']): Warning[] {
  if (scale === 'assumed')
    return [
      {
        code: 'scale-assumed',
        message: `The slide states only its magnification: ${mpp} um/px was assumed. All areas depend on it; give --mpp if you know better.`,
      },
    ];
  if (slideSays === undefined || !overrules(mpp, slideSays)) return [];
  const { x, y } = slideSays;
  const own = x === y ? `${shortMpp(x)} um/px` : `${shortMpp(x)} x ${shortMpp(y)} um/px`;
  const says = slideSays.scale === 'stated' ? `The slide states ${own}` : `The slide’s magnification implies ${own}`;
  return [
    {
      code: 'scale-overruled',
      message: `${says}, but ${mpp} um/px was given (--mpp) and used. All areas depend on it; run without --mpp if the slide is right.`,
    },
  ];
}

const reportHead = (runId: string, { bundle: { id, version, digest }, options }: RunSpec) => ({
  schema: 'h2g-report/1' as const,
  runId,
  bundle: { id, version, digest },
  options,
});

/** The report of a run that failed before it had results; what is not known is zero or null. */
export function failureReport(
  { runId, spec, error }: { runId: string; spec: RunSpec; error: ErrorFacts },
  provenance: Report['provenance'],
): Report {
  return {
    ...reportHead(runId, spec),
    outcome: 'failed',
    slide: { name: spec.slide.name, widthPx: 0, heightPx: 0, mpp: spec.options.mpp, scale: null },
    grid: { columns: 0, rows: 0 },
    cells: { tissue: 0, analysed: 0, failed: 0 },
    coverage: 0,
    tumourAreaMm2: 0,
    tissueAreaMm2: 0,
    tumourShare: 0,
    warnings: [],
    error,
    stages: { plan: 0, detect: 0, refine: 0, deliver: 0 },
    bytes: { needed: 0, read: 0 },
    provenance,
  };
}
