import { join } from 'node:path';
import type { BenchTools, Figure } from './figure.ts';
import { runH2g } from './run-h2g.ts';

const PROMISED_SECONDS = 25;

/** `h2g demo` in a home of its own, servers and all; the first one makes the home, the second finds it. */
export async function startBench({ stack, note }: BenchTools): Promise<Figure[]> {
  const home = join(stack.folder, 'demo-home');
  const seconds: number[] = [];
  for (const again of [[], ['--again']]) {
    const started = performance.now();
    await runH2g(['demo', ...again, '--out', join(stack.folder, 'demo')], home);
    seconds.push((performance.now() - started) / 1000);
    note(`demo: ${seconds.at(-1)?.toFixed(1)} s`);
  }
  const [first = NaN, second = NaN] = seconds;
  return [
    { name: 'h2g demo, binaries there, home new', unit: 's', values: [first] },
    { name: 'h2g demo, again', unit: 's', values: [second], promised: { atMost: PROMISED_SECONDS } },
  ];
}
