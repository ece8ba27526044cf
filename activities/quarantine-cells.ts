import type { Gathered } from '../domain/gathered.ts';
import { quarantineIndexKey, quarantineKey, quarantinePrefix } from '../domain/keys.ts';
import type { Plan } from '../domain/plan.ts';
import { cellOnSlide, quarantineFile, type Quarantine, type QuarantinedCell } from '../domain/quarantine.ts';
import type { RunSpec } from '../domain/run-spec.ts';
import { CellBytes, type QuarantineTools } from './keep-cell-bytes.ts';
import { encodeJson } from './load-plan.ts';

interface ToQuarantine {
  readonly plan: Plan;
  readonly spec: RunSpec;
  readonly gathered: Gathered;
  readonly signal: AbortSignal;
}

const JSON_TYPE = { contentType: 'application/json' };

/** Keeps each failed cell with its reason, and with the compressed bytes under it as far as they can be read and there is room. */
export async function quarantineCells(tools: QuarantineTools, input: ToQuarantine): Promise<void> {
  const { store } = tools;
  const { plan, spec, gathered, signal } = input;
  const { runId } = plan;
  const kept = new CellBytes(tools, plan);
  const cells: QuarantinedCell[] = [];
  for (const { cell, ...failure } of gathered.failures) {
    signal.throwIfAborted();
    const place = { level: plan.detection.level, rectangle: cellOnSlide(plan, cell) };
    cells.push({ cell, ...failure, ...place, ...(await kept.keep(cell, signal)) });
  }
  const writtenAt = new Date().toISOString();
  const quarantine: Quarantine = { schema: 'h2g-quarantine/1', runId, spec, writtenAt, cells };
  await store.put(quarantineKey(runId), encodeJson(quarantine), JSON_TYPE);
  await store.put(quarantineIndexKey(runId), encodeJson({ runId }), JSON_TYPE);
}

/** Removes from the store what lies in quarantine for cells that are analysed now; without failed cells all of it. */
export async function releaseCells(
  { store }: QuarantineTools,
  runId: string,
  failed: Gathered['failures'],
): Promise<void> {
  if (failed.length === 0) await store.delete(quarantineIndexKey(runId));
  const stays = new Set(failed.map(({ cell }) => `${quarantinePrefix(runId)}${quarantineFile(cell)}`));
  for (const { key } of await store.list(quarantinePrefix(runId))) {
    const isList = key === quarantineKey(runId);
    if (!stays.has(key) && !(isList && failed.length > 0)) await store.delete(key);
  }
}
