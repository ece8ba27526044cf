import { z } from 'zod';
import type { TileBatch } from './messages.ts';

const Lost = z.object({
  /** The cell's place in the batch. */
  place: z.int().min(0),
  worker: z.string(),
});

/**
 * A detector's word that it begins a batch which was delivered before, and what is known of those who began it earlier: a detector that dies
 * leaves no other. It has a subject of its own, so that nobody takes it for a score.
 */
export const AttemptBegun = z.object({
  runId: z.string().min(1),
  batch: z.int().min(0),
  worker: z.string(),
  /** That of the batch's message: a later one begins with a clean slate. */
  attempt: z.int().min(0),
  /** How often its detector died over the whole batch. */
  crashes: z.int().min(0),
  /** Cells over which a detector died that had begun them alone. */
  lost: z.array(Lost),
  /** How often it went back to the queue because its tiles could not be read, though its slide could be opened. */
  delays: z.int().min(0),
  /** What is begun: all cells, or the one at this place; null once the batch was handed back alive. */
  begun: z.union([z.literal('whole'), z.int().min(0), z.null()]),
});
export type AttemptBegun = z.infer<typeof AttemptBegun>;

/** How a batch's earlier deliveries ended, as far as they ended badly. */
export type Trail = Pick<AttemptBegun, 'crashes' | 'lost' | 'delays'>;

/** Nothing to remember. */
export const CLEAN: Trail = { crashes: 0, lost: [], delays: 0 };

/** After so many dead detectors the cells are tried one by one. */
const CRASHES_AS_A_WHOLE = 3;

/** What the last word on a batch means to whoever finds it: what it says was begun never ended. */
export function trailOf(word: AttemptBegun | undefined, attempt: number): Trail {
  if (word === undefined || word.attempt !== attempt) return CLEAN;
  const { crashes, lost, delays, begun, worker } = word;
  if (begun === null) return { crashes, lost, delays };
  if (begun === 'whole') return { crashes: crashes + 1, lost, delays };
  return { crashes, lost: [...lost, { place: begun, worker }], delays };
}

/** It may take its detector down, and with it the batches of other threads: it is tried with nothing beside it. */
export const isSuspect = ({ crashes, lost }: Trail): boolean => crashes > 0 || lost.length > 0;

/** Five minutes of it, as a batch goes back for 3 s; a minute once an attempt has failed. */
const PATIENCE = { first: 100, later: 20 };

/** A disk or a server that never gives these bytes, while it gives others, is not waited for any longer: they count as unreadable. */
export const isOutOfPatience = ({ delays }: Trail, attempt: number): boolean =>
  delays >= (attempt === 0 ? PATIENCE.first : PATIENCE.later);

export const modeAfter = (mode: TileBatch['mode'], { crashes }: Trail): TileBatch['mode'] =>
  crashes >= CRASHES_AS_A_WHOLE ? 'cells' : mode;
