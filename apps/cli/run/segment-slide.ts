import { join } from 'node:path';
import type { BundleRef } from '../../../domain/bundle.ts';
import type { Report } from '../../../domain/report.ts';
import type { Lane, RunOptions } from '../../../domain/run-spec.ts';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import { runIdOf } from '../../../platform/digest.ts';
import { inSpan, inStage, type OpenSpan } from '../../../platform/tracing/tracing.ts';
import type { Backend } from '../backend.ts';
import type { SlideProgress } from '../progress/slide-progress.ts';
import { watchProgress } from '../progress/watch-progress.ts';
import { chooseFolder } from './choose-folder.ts';
import { downloadResults } from './download-results.ts';
import { forgetRun } from './forget-run.ts';
import type { FolderNames } from './name-result-folder.ts';
import { placeSlide } from './place-slide.ts';
import { publishFolder } from './publish-folder.ts';
import { readReport } from './read-report.ts';

/** What all slides of one command have in common. */
export interface SegmentSettings {
  readonly backend: Backend;
  readonly bundle: BundleRef;
  readonly options: RunOptions;
  readonly lane: Lane | undefined;
  readonly submitter: string | undefined;
  readonly again: boolean;
  /** Absolute. */
  readonly out: string;
  readonly names: FolderNames;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

export interface Segmented {
  readonly report: Report;
  readonly folder: string;
}

/** One slide's whole way, which is one trace: bring it where the workers see it, start or attach, follow to the end, fetch the results. */
export const segmentSlide = (
  info: SlideInfo,
  show: (progress: SlideProgress) => void,
  settings: SegmentSettings,
): Promise<Segmented> =>
  inSpan(settings.backend.tracing, { name: 'h2g run' }, (span) => takeItsWay({ info, show, span }, settings));

interface SlideOnItsWay {
  readonly info: SlideInfo;
  readonly show: (progress: SlideProgress) => void;
  readonly span: OpenSpan;
}

async function takeItsWay({ info, show, span }: SlideOnItsWay, settings: SegmentSettings): Promise<Segmented> {
  const { backend, bundle, options, signal } = settings;
  const { tracing } = backend;
  const slide = await inStage(tracing, 'place slide', () =>
    placeSlide(info, {
      backend,
      signal,
      onHashing: () => show({ kind: 'preparing', doing: 'reading it once for its digest' }),
      onSent: (sentBytes) => show({ kind: 'uploading', sentBytes, sizeBytes: info.sizeBytes }),
    }),
  );
  const spec = { slide, bundle, options };
  const runId = runIdOf(spec);
  span.set({ runId });
  if (settings.again) await forgetRun(backend, runId);
  const known = await readReport(backend.store, runId);
  if (known === undefined || known.outcome === 'failed') await runToItsEnd({ runId, spec, show }, settings);
  else settings.note(`${info.name}: this run is finished already, here is its result (--again does it anew)`);
  show({ kind: 'preparing', doing: 'fetching the results' });
  return inStage(tracing, 'fetch results', () => fetchInto(runId, settings));
}

interface RunOfSlide {
  readonly runId: string;
  readonly spec: Parameters<Backend['runs']['start']>[1];
  readonly show: (progress: SlideProgress) => void;
}

async function runToItsEnd(
  run: RunOfSlide,
  { backend, bundle, lane, submitter, signal, note, again }: SegmentSettings,
): Promise<void> {
  const { runId, spec, show } = run;
  const start = (anew: boolean) => backend.runs.start(runId, spec, lane ?? 'routine', { again: anew, submitter });
  await backend.ensureDetector(bundle.url);
  const how = await start(again);
  // It has finished, yet its results are not in the store any more: they are made anew.
  if (how === 'finished') await start(true);
  if (how === 'attached') {
    note(`${spec.slide.name}: this run is under way already, following it`);
    if (lane !== undefined) await backend.runs.setLane(runId, lane);
  }
  await watchProgress(backend.runs, { runId, signal, show, note });
}

/** Results of a run in the store, into a folder that is free for them. */
export async function fetchInto(
  runId: string,
  { backend, out, names, signal, note }: Pick<SegmentSettings, 'backend' | 'out' | 'names' | 'signal' | 'note'>,
): Promise<Segmented> {
  const into = join(out, `.h2g-${runId}-${process.pid}`);
  const report = await downloadResults({ store: backend.store, runId, into, signal });
  const folder = await chooseFolder(out, names, report);
  if (folder.note !== undefined) note(folder.note);
  await publishFolder(into, folder.path);
  return { report, folder: folder.path };
}
