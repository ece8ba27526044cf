import { asH2gError } from '../domain/error.ts';
import type { Failure } from '../domain/gathered.ts';
import { quarantinePrefix } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import { cellOnLevel, QUARANTINE_LIMITS, quarantineFile, type QuarantinedCell } from '../domain/quarantine.ts';
import type { StoredTile } from '../slides/slide-reader.ts';
import type { ActivityTools, SlideTools } from './ports.ts';

export interface QuarantineTools extends Pick<ActivityTools, 'store'> {
  readonly slides: Pick<SlideTools, 'readStoredTiles'>;
}

/** What is kept of one cell. */
export type KeptBytes = Pick<QuarantinedCell, 'tiles' | 'file' | 'note'>;

/** Bytes are a help for people; a slide that answers slowly is not waited for any longer than this in all. */
const READ_WITHIN_MS = 60_000;

/** Stores the compressed bytes under one failed cell after another, as long as there is room and time. */
export class CellBytes {
  readonly #tools: QuarantineTools;
  readonly #plan: Plan;
  readonly #inTime = AbortSignal.timeout(READ_WITHIN_MS);
  #cells: number = QUARANTINE_LIMITS.cells;
  #room: number = QUARANTINE_LIMITS.bytes;

  constructor(tools: QuarantineTools, plan: Plan) {
    this.#tools = tools;
    this.#plan = plan;
  }

  /** A slide that cannot be read is no error, only a note. @throws H2gError of the store */
  async keep(cell: Failure['cell'], signal: AbortSignal): Promise<KeptBytes> {
    if (this.#cells === 0) return without(`only ${QUARANTINE_LIMITS.cells} cells are kept with their bytes`);
    if (this.#inTime.aborted) return without(`reading them took longer than ${READ_WITHIN_MS / 1000} s`);
    const stored = await this.#read(cell, signal);
    if (typeof stored === 'string') return without(stored);
    const read = stored.flatMap(({ data }) => (data instanceof Uint8Array ? [data] : []));
    const tiles = stored.map(({ index, offset, length, data }) => {
      return { index, offset, length, ...(data instanceof Uint8Array ? {} : data) };
    });
    const sizeBytes = read.reduce((sum, { length }) => sum + length, 0);
    if (sizeBytes === 0) return without('none of its tiles could be read', tiles);
    if (sizeBytes > this.#room)
      return without(`no more than ${QUARANTINE_LIMITS.bytes} bytes are kept of a run`, tiles);
    this.#cells -= 1;
    this.#room -= sizeBytes;
    const file = quarantineFile(cell);
    await this.#tools.store.put(`${quarantinePrefix(this.#plan.runId)}${file}`, Buffer.concat(read));
    return { tiles, file };
  }

  /** Or why there are none. */
  async #read(cell: Failure['cell'], signal: AbortSignal): Promise<StoredTile[] | string> {
    const { slide, detection } = this.#plan;
    const place = { slide, level: detection.level, rect: cellOnLevel(this.#plan, cell) };
    try {
      return await this.#tools.slides.readStoredTiles(place, { signal: AbortSignal.any([this.#inTime, signal]) });
    } catch (thrown) {
      signal.throwIfAborted();
      return this.#inTime.aborted ? `they did not come within ${READ_WITHIN_MS / 1000} s` : asH2gError(thrown).message;
    }
  }
}

const without = (note: string, tiles: KeptBytes['tiles'] = []): KeptBytes => ({ tiles, file: null, note });
