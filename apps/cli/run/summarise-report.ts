import { RESULT_FILES } from '../../../domain/keys.ts';
import type { Outcome, Report } from '../../../domain/report.ts';
import { formatArea, formatCount, formatDuration, formatShare } from '../format-quantity.ts';

const OUTCOME_WORDS: Record<Outcome, string> = {
  done: 'done',
  'no-tissue': 'no tissue found',
  'needs-review': 'NEEDS REVIEW',
  failed: 'FAILED',
};

const SCALE_WORDS: Record<NonNullable<Report['slide']['scale']>, string> = {
  stated: 'as the slide states',
  assumed: 'ASSUMED from its magnification',
  given: 'as given by --mpp',
};

const row = (label: string, text: string): string => `  ${label.padEnd(10)} ${text}`;

function scaleText({ widthPx, heightPx, mpp, scale }: Report['slide']): string {
  const size = `${widthPx} x ${heightPx} px`;
  return mpp === null || scale === null ? size : `${size}, ${mpp} um/px ${SCALE_WORDS[scale]}`;
}

function cellsText({ cells, coverage, grid }: Report): string {
  const lost = cells.failed === 0 ? '' : `, ${cells.failed} FAILED`;
  return `${formatShare(coverage)}: ${cells.analysed} of ${cells.tissue} cells with tissue${lost}; grid ${grid.columns} x ${grid.rows}`;
}

const REASONS_SHOWN = 3;

function failedRows({ runId, failedCells }: Report): string[] {
  const { reasons = [], quarantine = null } = failedCells ?? {};
  const more = reasons.length - REASONS_SHOWN;
  return [
    ...reasons
      .slice(0, REASONS_SHOWN)
      .map(({ reason, cells }, index) => row(index === 0 ? 'failed' : '', `${formatCount(cells, 'cell')}: ${reason}`)),
    ...(more > 0 ? [row('', `… and ${formatCount(more, 'other reason')}`)] : []),
    ...(quarantine === null ? [] : [row('quarantine', `h2g quarantine list ${runId}`)]),
  ];
}

function timeText({ stages: { plan, detect, refine, deliver } }: Report): string {
  const parts = Object.entries({ plan, detect, refine, deliver }).map(([name, s]) => `${name} ${formatDuration(s)}`);
  return `${formatDuration(plan + detect + refine + deliver)} (${parts.join(', ')})`;
}

/** A finished run as a person wants to hear it: outcome first, then the areas, what to be careful about, where the pictures lie. */
export function summariseReport(report: Report, folder: string | undefined): string[] {
  const { slide, bundle, tumourAreaMm2, tissueAreaMm2, tumourShare } = report;
  return [
    `${slide.name}: ${OUTCOME_WORDS[report.outcome]}`,
    row(
      'tumour',
      `${formatArea(tumourAreaMm2)}, ${formatShare(tumourShare)} of ${formatArea(tissueAreaMm2)} of tissue`,
    ),
    row('coverage', cellsText(report)),
    ...failedRows(report),
    row('slide', scaleText(slide)),
    row('bundle', `${bundle.id} ${bundle.version}, on ${report.provenance.provider}`),
    row('time', timeText(report)),
    ...report.warnings.map(({ message }) => row('warning', message)),
    ...(report.error === undefined ? [] : [row('error', report.error.message), row('', report.error.hint)]),
    ...(folder === undefined ? [] : [row('results', folder), row('look at', `${folder}/${RESULT_FILES.overlay}`)]),
    row('run', report.runId),
  ];
}

/** A finished run in two or three lines, where there are many. */
export function digestReport(report: Report, folder: string): string[] {
  const { slide, outcome, tumourAreaMm2, tumourShare, warnings, error } = report;
  return [
    `${slide.name}: ${OUTCOME_WORDS[outcome]}, tumour ${formatArea(tumourAreaMm2)} (${formatShare(tumourShare)} of the tissue)`,
    `  ${folder}`,
    ...warnings.map(({ message }) => `  warning: ${message}`),
    ...(error === undefined ? [] : [`  error: ${error.message}`, `  ${error.hint}`]),
  ];
}
