import type { ProgressBoard } from '../progress/progress-board.ts';

/** Servers that are standing answer well within it. */
const WORTH_A_LINE_MS = 500;

/** Says that servers are starting, if `opening` them takes so long that a person wonders. */
export async function showStarting<Stack>(board: ProgressBoard, opening: Promise<Stack>): Promise<Stack> {
  const show = (): void => board.show('stack', 'local servers', { kind: 'preparing', doing: 'starting' });
  const timer = setTimeout(show, WORTH_A_LINE_MS);
  try {
    return await opening;
  } finally {
    clearTimeout(timer);
  }
}
