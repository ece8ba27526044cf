import type { ProvisionProgress } from '../../../infra/local/provision/provision-server.ts';
import { formatBytes, formatDuration } from '../format-quantity.ts';
import type { ProgressBoard } from '../progress/progress-board.ts';
import type { SlideProgress } from '../progress/slide-progress.ts';

/** Shows which server is being fetched or built, and how far it is; one that is simply there is not worth a line. */
export const showProvisioning =
  (board: ProgressBoard) =>
  (progress: ProvisionProgress): void => {
    const shown = describeProvisioning(progress);
    if (shown !== undefined) board.show(progress.server, progress.server, shown);
  };

export function describeProvisioning(progress: ProvisionProgress): SlideProgress | undefined {
  const { phase, detail, doneBytes, totalBytes, seconds } = progress;
  switch (phase) {
    case 'downloading': {
      const total = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`;
      const far = doneBytes === undefined ? detail : `${formatBytes(doneBytes)}${total}, ${detail}`;
      return { kind: 'preparing', doing: 'downloading', detail: far };
    }
    case 'building':
      return {
        kind: 'preparing',
        doing: 'building, which takes minutes',
        detail: `${formatDuration(seconds)}, ${detail}`,
      };
    case 'ready':
      return seconds < 1
        ? undefined
        : { kind: 'preparing', doing: 'ready', detail: `after ${formatDuration(seconds)}` };
    case 'found':
      return undefined;
  }
}
