import { H2gError } from '../../../domain/error.ts';
import { QUARANTINE_INDEX, quarantineKey, runIdOfQuarantine } from '../../../domain/keys.ts';
import type { ObjectStore } from '../../../domain/object-store.ts';
import { Quarantine } from '../../../domain/quarantine.ts';
import { mapInParallel } from '../../../slides/sources/map-in-parallel.ts';

const READS_AT_ONCE = 16;

/** What lies in quarantine for a run; undefined where nothing does, also where the run was forgotten and only the index still names it. */
export async function findQuarantine(store: ObjectStore, runId: string): Promise<Quarantine | undefined> {
  const bytes = await store.find(quarantineKey(runId));
  return bytes && Quarantine.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

/** Of all runs that have one, the newest first. */
export async function findQuarantines(store: ObjectStore): Promise<Quarantine[]> {
  const ids = await indexedRuns(store);
  const found = await mapInParallel(ids, READS_AT_ONCE, (runId) => findQuarantine(store, runId));
  return found
    .filter((quarantine) => quarantine !== undefined)
    .toSorted((a, b) => b.writtenAt.localeCompare(a.writtenAt));
}

/** @param text the first characters of a run's id @throws H2gError `run-missing`, or `usage` where several runs begin so */
export async function requireQuarantine(store: ObjectStore, text: string): Promise<Quarantine> {
  const prefix = text.replace(/^run\//, '').toLowerCase();
  const [runId, ...others] = (await indexedRuns(store)).filter((id) => prefix !== '' && id.startsWith(prefix));
  if (runId !== undefined && others.length > 0) throw ambiguous(text, [runId, ...others]);
  const quarantine = runId === undefined ? undefined : await findQuarantine(store, runId);
  if (quarantine === undefined) throw missing(text);
  return quarantine;
}

const indexedRuns = async (store: ObjectStore): Promise<string[]> =>
  (await store.list(QUARANTINE_INDEX)).map(({ key }) => runIdOfQuarantine(key));

const missing = (text: string): H2gError =>
  new H2gError({
    code: 'run-missing',
    message: `No run whose id begins with "${text}" has failed cells in quarantine.`,
    hint: 'h2g quarantine list names the runs that have; a cell that is mended leaves it.',
  });

const ambiguous = (text: string, ids: readonly string[]): H2gError =>
  new H2gError({
    code: 'usage',
    message: `${ids.length} runs with failed cells begin with "${text}": ${ids.slice(0, 4).join(', ')}${ids.length > 4 ? ', …' : ''}.`,
    hint: 'Give more characters of the id.',
  });
