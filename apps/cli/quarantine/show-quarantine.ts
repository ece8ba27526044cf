import { isDamagedFile } from '../../../domain/damaged-tile.ts';
import { quarantinePrefix } from '../../../domain/keys.ts';
import type { Quarantine, QuarantinedCell } from '../../../domain/quarantine.ts';
import { alignColumns } from '../align-columns.ts';
import type { CliContext } from '../cli-context.ts';
import type { CommandAnswer } from '../command-answer.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { formatBytes, formatCount } from '../format-quantity.ts';
import { localTime } from '../local-time.ts';
import { withBackend } from '../open-backend.ts';
import { findQuarantines, requireQuarantine } from './find-quarantine.ts';

/** `h2g quarantine list`: all runs with failed cells. */
export function showQuarantines(context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ store }) => {
    const found = await findQuarantines(store);
    return {
      exitCode: EXIT_CODES.done,
      lines: found.length === 0 ? ['No cells are in quarantine.'] : quarantinesTable(found),
      json: { quarantines: found.map(({ cells, ...rest }) => ({ ...rest, cells: cells.length })) },
    };
  });
}

/** `h2g quarantine list RUN`: its failed cells. */
export function showQuarantine(run: string, context: CliContext): Promise<CommandAnswer> {
  return withBackend(context, async ({ store }) => {
    const quarantine = await requireQuarantine(store, run);
    return {
      exitCode: EXIT_CODES.done,
      lines: quarantineLines(quarantine, store.bucket),
      json: quarantine,
    };
  });
}

const RUN_ID_SHOWN = 12;

const quarantinesTable = (found: readonly Quarantine[]): string[] =>
  alignColumns([
    ['RUN', 'SINCE', 'CELLS', 'BUNDLE', 'SLIDE'],
    ...found.map(({ runId, writtenAt, cells, spec: { bundle, slide } }) => [
      runId.slice(0, RUN_ID_SHOWN),
      localTime(new Date(writtenAt)),
      String(cells.length),
      `${bundle.id} ${bundle.version}`,
      slide.name,
    ]),
  ]);

/** A run's cells as a table, where their bytes lie, and what can help. */
export function quarantineLines({ runId, spec, cells }: Quarantine, bucket: string): string[] {
  const table = alignColumns([
    ['CELL', 'BATCH', 'TRIES', 'AT (PX)', 'BYTES', 'REASON'],
    ...cells.map((cell) => [
      cell.cell.join(','),
      String(cell.batch),
      String(cell.attempts),
      `${cell.rectangle.x},${cell.rectangle.y} ${cell.rectangle.widthPx}x${cell.rectangle.heightPx}`,
      bytesText(cell),
      cell.reason,
    ]),
  ]);
  return [
    `${spec.slide.name}: ${formatCount(cells.length, 'failed cell')}`,
    ...table.map((line) => `  ${line}`),
    `  Bytes and list: s3://${bucket}/${quarantinePrefix(runId)}`,
    isDamagedFile({ reasons: cells.map(({ reason }) => reason), url: spec.slide.url })
      ? '  The file itself is damaged there: copy the slide again from where it is whole and run it anew.'
      : `  To try these cells again: h2g quarantine replay ${runId}`,
  ];
}

function bytesText({ file, tiles, note }: QuarantinedCell): string {
  if (file === null) return note === undefined ? 'none' : `none: ${note}`;
  const kept = tiles.filter(({ unread }) => unread === undefined);
  return formatBytes(kept.reduce((sum, { length }) => sum + length, 0));
}
