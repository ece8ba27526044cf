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

/** The batches of a run that wait in a lane, or were taken out of it and are not done. */
export const tilesOfRunInLane = ({ lane, model, runId }: Omit<TilesSubject, 'batch'>): string =>
  `h2g.tiles.${lane}.${model}.${runId}.*`;

/** What one consumer reads: one lane of one model. */
export const tilesOfLane = (lane: Lane, model: string): string => `h2g.tiles.${lane}.${model}.>`;

export const consumerName = (lane: Lane, model: string): string => `${lane}-${model}`;

export const scoresSubject = (runId: string, batch: number): string => `h2g.scores.${runId}.${batch}`;

/** Where a detector says that it begins a batch which was delivered before; a token longer than scores, so that no reader of scores hears it. */
export const attemptSubject = (runId: string, batch: number): string => `${scoresSubject(runId, batch)}.attempt`;

export const attemptsOfRun = (runId: string): string => `h2g.scores.${runId}.*.attempt`;

/** Scores and attempts. */
export const wordsOfRun = (runId: string): string => `h2g.scores.${runId}.>`;

export const scoresOfRun = (runId: string): string => `h2g.scores.${runId}.*`;

/** The doorbell: rung once per dispatch, so that idle detectors look at once. */
export const wakeSubject = (model: string): string => `h2g.wake.${model}`;

/** Tells detectors that the batches of a run which were published so far are not to be started; its payload is `HaltNotice` of platform/jetstream. */
export const HALT_SUBJECT = 'h2g.halt';

/** Asks detectors which batches of a run they are at work on; see platform/jetstream/batches-in-hand.ts. */
export const HANDS_SUBJECT = 'h2g.hands';

export const batchOfSubject = (subject: string): number => Number(subject.slice(subject.lastIndexOf('.') + 1));
