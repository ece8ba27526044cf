import type { ErrorFacts } from './error.ts';
import type { ByteCount } from './byte-source.ts';
import type { Gathered } from './gathered.ts';
import { CELL_STATUS, countStatus, type Heatmap } from './heatmap.ts';
import type { BinaryImage } from './image.ts';
import { TUMOUR_PLANE_MPP } from './mask.ts';
import type { Plan } from './plan.ts';
import type { Outcome, Report, Warning } from './report.ts';
import type { RunSpec, TissueMethod } from './run-spec.ts';
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
    outcome: outcomeOf({ tissue: plan.tissue.cells, failed }),
    slide: {
      name: plan.slide.name,
      widthPx: plan.slide.widthPx,
      heightPx: plan.slide.heightPx,
      mpp: plan.slide.mpp,
      scale: plan.slide.scale,
    },
    grid: plan.grid,
    cells: { tissue: plan.tissue.cells, analysed, failed },
    coverage: plan.tissue.cells === 0 ? 1 : analysed / plan.tissue.cells,
    tumourAreaMm2,
    tissueAreaMm2: plan.tissue.areaMm2,
    tumourShare: plan.tissue.areaMm2 === 0 ? 0 : tumourAreaMm2 / plan.tissue.areaMm2,
    warnings: warningsOf(plan, spec, gathered),
    stages,
    bytes,
    provenance,
  };
}

/** A run whose every cell failed has failed; one with some failed cells is for a person to judge. */
export function outcomeOf({ tissue, failed }: { tissue: number; failed: number }): Outcome {
  if (tissue === 0) return 'no-tissue';
  if (failed === tissue) return 'failed';
  return failed > 0 ? 'needs-review' : 'done';
}

const OTHER_METHOD: Record<TissueMethod, TissueMethod> = { distance: 'otsu', otsu: 'distance' };

function warningsOf({ slide, tissue }: Plan, spec: RunSpec, { failures }: Gathered): Warning[] {
  const warnings = scaleWarnings(slide);
  if (tissue.cells === 0)
    warnings.push({
      code: 'no-tissue',
      message: `No tissue found: no cell of the slide was analysed. If you see some, try --tissue ${OTHER_METHOD[spec.options.tissue]}.`,
    });
  const [first] = failures;
  if (first)
    warnings.push({
      code: 'cells-failed',
      message: `${failures.length} of ${tissue.cells} tissue cells could not be analysed and are marked in the heatmap; the first, column ${first.cell[0]} row ${first.cell[1]}: ${first.reason.replace(/\.$/, '')}. Judge them by eye, or mend the cause and run again with --again.`,
    });
  return warnings;
}

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
