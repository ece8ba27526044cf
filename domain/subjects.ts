import type { Lane } from './run-spec.ts';

export const TILES_STREAM = 'H2G_TILES';
export const SCORES_STREAM = 'H2G_SCORES';

export interface TilesSubject {
  readonly lane: Lane;
  readonly model: string;
  readonly runId: string;
  readonly batch: number;
}

export const tilesSubject = ({ lane, model, runId, batch }: TilesSubject): string =>
  `h2g.tiles.${lane}.${model}.${runId}.${batch}`;

/** All batches of a run, whatever its lane. */
export const tilesOfRun = (runId: string): string => `h2g.tiles.*.*.${runId}.*`;

/** What one consumer reads: one lane of one model. */
export const tilesOfLane = (lane: Lane, model: string): string => `h2g.tiles.${lane}.${model}.>`;

export const consumerName = (lane: Lane, model: string): string => `${lane}-${model}`;

export const scoresSubject = (runId: string, batch: number): string => `h2g.scores.${runId}.${batch}`;

export const scoresOfRun = (runId: string): string => `h2g.scores.${runId}.*`;

/** The doorbell: rung once per dispatch, so that idle detectors look at once. */
export const wakeSubject = (model: string): string => `h2g.wake.${model}`;

/** Tells detectors that no further batch of a run is to be started, or that they may again; its payload is `HaltNotice` of platform/jetstream. */
export const HALT_SUBJECT = 'h2g.halt';

export const batchOfSubject = (subject: string): number => Number(subject.slice(subject.lastIndexOf('.') + 1));
