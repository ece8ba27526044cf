import type { BenchTools, Figure } from './figure.ts';

const PROMISED_SHARE = 1.1;

/** What a run reads from the slide, against the compressed tiles that it needs. */
export async function readingBench({ slide }: BenchTools): Promise<Figure[]> {
  const { needed, read } = slide.report.bytes;
  return [
    { name: 'compressed tiles needed', unit: 'MB', values: [needed / 1e6] },
    { name: 'read from the slide', unit: 'MB', values: [read / 1e6] },
    { name: 'read / needed', unit: '', values: [read / needed], promised: { atMost: PROMISED_SHARE } },
  ];
}
