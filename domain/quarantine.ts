import { z } from 'zod';
import type { Failure } from './gathered.ts';
import type { Rect } from './geometry.ts';
import type { Plan } from './plan.ts';
import { RunSpec } from './run-spec.ts';

const Px = z.int();

const QuarantinedTile = z.object({
  /** Its number within the level, row by row. */
  index: z.int().min(0),
  /** Where it lies in the slide. */
  offset: z.int().min(0),
  length: z.int().positive(),
  /** Why its bytes are not in the file. */
  unread: z.string().optional(),
});

const QuarantinedCell = z.object({
  /** `[column, row]` */
  cell: z.tuple([Px, Px]),
  batch: z.int().min(0),
  reason: z.string(),
  attempts: z.int().positive(),
  worker: z.string(),
  /** The level that detection read. */
  level: z.int().min(0),
  /** The part of the slide that it covers, in pixels of level 0. */
  rectangle: z.object({ x: Px, y: Px, widthPx: Px, heightPx: Px }),
  /** The compressed tiles under it. */
  tiles: z.array(QuarantinedTile),
  /** Beside `quarantine.json`: the bytes of these tiles as they lie in the slide, one after the other; null where there are none. */
  file: z.string().nullable(),
  /** Why there is no file. */
  note: z.string().optional(),
});
export type QuarantinedCell = z.infer<typeof QuarantinedCell>;

/** `quarantine.json`: the failed cells of a run. */
export const Quarantine = z.object({
  schema: z.literal('h2g-quarantine/1'),
  runId: z.string(),
  /** What was asked, so that it can be asked again. */
  spec: RunSpec,
  /** ISO 8601, UTC. */
  writtenAt: z.iso.datetime(),
  cells: z.array(QuarantinedCell),
});
export type Quarantine = z.infer<typeof Quarantine>;

/** So many cells are kept with their bytes, and so many bytes; the others are listed. */
export const QUARANTINE_LIMITS = { cells: 200, bytes: 64 * 1024 * 1024 } as const;

/** @example quarantineFile([3, 12]) // "3-12.tiles" */
export const quarantineFile = ([column, row]: Failure['cell']): string => `${column}-${row}.tiles`;

/** A cell on the level that detection read; it may reach beyond it. */
export const cellOnLevel = ({ detection: { cellPx } }: Plan, [column, row]: Failure['cell']): Rect => ({
  x: column * cellPx,
  y: row * cellPx,
  widthPx: cellPx,
  heightPx: cellPx,
});

/** The same place in pixels of level 0, cut off where the slide ends. */
export function cellOnSlide({ slide, detection }: Plan, [column, row]: Failure['cell']): Rect {
  const along = (cell: number, { levelPx, slidePx }: { levelPx: number; slidePx: number }): [number, number] => {
    const edge = (at: number): number => Math.min(slidePx, Math.round((at * detection.cellPx * slidePx) / levelPx));
    return [edge(cell), edge(cell + 1) - edge(cell)];
  };
  const [x, widthPx] = along(column, { levelPx: detection.widthPx, slidePx: slide.widthPx });
  const [y, heightPx] = along(row, { levelPx: detection.heightPx, slidePx: slide.heightPx });
  return { x, y, widthPx, heightPx };
}
