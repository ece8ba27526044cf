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
