import { EXIT_CODES } from './exit-code.ts';
import type { Output } from './output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborted by the first Ctrl-C or SIGTERM, so that everything can be put in order; the second one ends the process at once. */
export function stopOnSignals(output: Output): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) return dieOf(signal);
    output.note('Stopping; once more to stop at once.');
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  // `h2g status | head`: whoever read us has gone, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.done);
    throw error;
  });
  return controller.signal;
}

/** As if nobody had listened (a shell says 130 or 143): an orderly exit aborts in native code while a thread computes there. */
function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
