import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

export interface ExporterWatch {
  readonly onTrouble: (message: string) => void;
  readonly onMended: () => void;
}

/** Says once that spans do not arrive, and once that they do again: a collector may be away for days, and each try would have its line. */
export function watchExporter(
  exporter: SpanExporter,
  { onTrouble, onMended }: ExporterWatch,
): { exporter: SpanExporter; isAway: () => boolean } {
  let isAway = false;
  const watched: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !isAway)
          onTrouble(`Traces do not reach their collector: ${result.error?.message ?? 'no answer'}.`);
        if (!failed && isAway) onMended();
        isAway = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
  return { exporter: watched, isAway: () => isAway };
}
