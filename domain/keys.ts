/** Object keys of the bucket; the design's section 5. */
export const RESULT_FILES = {
  heatmap: 'heatmap.tif',
  heatmapPicture: 'heatmap.png',
  mask: 'mask.tif',
  outlines: 'tumour.geojson',
  overlay: 'overlay.png',
  report: 'report.json',
} as const;

export type ResultFile = (typeof RESULT_FILES)[keyof typeof RESULT_FILES];

export const runPrefix = (runId: string): string => `runs/${runId}/`;
export const planKey = (runId: string): string => `${runPrefix(runId)}plan.json`;
export const resultKey = (runId: string, file: ResultFile): string => `${runPrefix(runId)}${file}`;
/** What one step leaves for the next; not meant for people. */
export const scoresKey = (runId: string): string => `${runPrefix(runId)}work/scores.json`;
export const pictureKey = (runId: string): string => `${runPrefix(runId)}work/picture.png`;
export const snapshotKey = (runId: string): string => `${runPrefix(runId)}snapshot.png`;
export const bundlePrefix = ({ id, version, digest }: { id: string; version: string; digest: string }): string =>
  `bundles/${id}/${version}-${digest.slice(0, 8)}/`;
export const slideKey = (contentDigest: string, name: string): string => `slides/${contentDigest.slice(0, 16)}/${name}`;

/** The failed cells of a run: what they are, and the bytes that they needed. */
export const quarantinePrefix = (runId: string): string => `${runPrefix(runId)}quarantine/`;
export const quarantineKey = (runId: string): string => `${quarantinePrefix(runId)}quarantine.json`;
/** Where one looks for all runs that have one; what it says stands in the run's own. */
export const QUARANTINE_INDEX = 'quarantine/';
export const quarantineIndexKey = (runId: string): string => `${QUARANTINE_INDEX}${runId}.json`;
/** The other way round. */
export const runIdOfQuarantine = (key: string): string => key.slice(QUARANTINE_INDEX.length, -'.json'.length);

const cohortPrefix = (cohortId: string): string => `cohorts/${cohortId}/`;
export const cohortKey = (cohortId: string): string => `${cohortPrefix(cohortId)}cohort.json`;
export const cohortSlidesPrefix = (cohortId: string): string => `${cohortPrefix(cohortId)}slides/`;
/** @param page the number of a page of a list, or the id of a run that a watch has found */
export const cohortPageKey = (cohortId: string, page: number | string): string =>
  `${cohortSlidesPrefix(cohortId)}${typeof page === 'number' ? String(page).padStart(6, '0') : page}.json`;
export const outcomesPrefix = (cohortId: string): string => `${cohortPrefix(cohortId)}outcomes/`;
export const outcomeKey = (cohortId: string, runId: string): string => `${outcomesPrefix(cohortId)}${runId}.json`;
/** Of slides of a watch that are to be tried again: how they had ended, which holds again if the watch ends before it takes them. */
export const retriedPrefix = (cohortId: string): string => `${cohortPrefix(cohortId)}retried/`;
export const retriedKey = (cohortId: string, runId: string): string => `${retriedPrefix(cohortId)}${runId}.json`;
/** The other way round: whose outcome an object is. */
export const runIdOfOutcome = (key: string): string => key.slice(key.lastIndexOf('/') + 1, -'.json'.length);

/** What this program itself writes into the bucket; whatever its ending, it is no slide. */
export const OWN_PREFIXES = ['runs/', 'cohorts/', 'quarantine/', 'bundles/', 'tmp/'] as const;
