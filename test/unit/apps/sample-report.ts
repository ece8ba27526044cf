import type { Report } from '../../../domain/report.ts';

export const RUN_ID = '0123456789abcdef0123';

/** A finished run's report, changed where a test says so. */
export const sampleReport = (more: Partial<Report> = {}): Report => ({
  schema: 'h2g-report/1',
  runId: RUN_ID,
  outcome: 'done',
  slide: { name: 'Präparat 1.svs', widthPx: 2220, heightPx: 2967, mpp: 0.499, scale: 'stated' },
  bundle: { id: 'baseline', version: '1.0.0', digest: 'ab' },
  options: { mpp: null, tissue: 'distance', placement: 'exact', smoothOutlines: false, minCoverage: 0.99 },
  grid: { columns: 5, rows: 6 },
  cells: { tissue: 9, analysed: 9, failed: 0 },
  coverage: 1,
  tumourAreaMm2: 0.1712,
  tissueAreaMm2: 0.6584,
  tumourShare: 0.26,
  warnings: [],
  stages: { plan: 0.5, detect: 62, refine: 1.25, deliver: 1 },
  bytes: { needed: 100, read: 110 },
  provenance: {
    slide: 'slide-a',
    options: 'o',
    software: 'h2g-flow 0.1.0',
    versions: {},
    provider: 'cpu',
    workers: ['w'],
  },
  ...more,
});
