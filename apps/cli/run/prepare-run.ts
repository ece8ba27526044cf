import { resolve } from 'node:path';
import type { SlideInfo } from '../../../domain/slide-info.ts';
import type { Backend } from '../backend.ts';
import type { CliContext } from '../cli-context.ts';
import { refusalOf, withOwnScale, type Candidate } from './candidate.ts';
import { inspectSlide } from './inspect-slide.ts';
import { FolderNames } from './name-result-folder.ts';
import { pickStoredBundle, type PickedBundle } from './pick-bundle.ts';
import { placeBundle } from './place-bundle.ts';
import type { RunRequest } from './run-request.ts';
import type { SegmentSettings } from './segment-slide.ts';
import { submitterOf } from './submitter.ts';

/** What slides need that are to be run, once the servers are there. */
export interface Prepared {
  readonly settings: SegmentSettings;
  /** Looks at a slide, unless that was done. @throws why it was refused */
  readonly see: (candidate: Candidate) => Promise<SlideInfo>;
}

export interface PrepareRequest {
  /** Undefined: it lies in the store and is read here. */
  readonly bundle: PickedBundle | undefined;
  readonly request: RunRequest;
}

/** Brings the bundle to where the workers see it. */
export async function prepareRun(
  { bundle: picked, request }: PrepareRequest,
  { backend, context }: { backend: Backend; context: CliContext },
): Promise<Prepared> {
  const { signal, output, folder } = context;
  const { store, openSource } = backend;
  const bundle = picked ?? (await pickStoredBundle(request.bundle, { store, openSource, signal }));
  const { options } = request;
  const inspection = { openSource, options, detection: bundle.detection, signal };
  return {
    settings: {
      backend,
      bundle: await placeBundle(bundle.ref, { backend, signal }),
      options,
      lane: request.lane,
      submitter: submitterOf(request.submitter, context.env),
      again: request.again ?? false,
      out: resolve(folder, request.out),
      names: new FolderNames(),
      signal,
      note: (line) => output.note(line),
    },
    see: async (candidate) => {
      switch (candidate.kind) {
        case 'seen':
          return candidate.info;
        case 'unseen':
          return inspectSlide(candidate.slide.url, withOwnScale(inspection, candidate.slide)).catch(
            (error: unknown) => {
              signal.throwIfAborted();
              throw refusalOf(candidate.slide, error);
            },
          );
        case 'refused':
          throw candidate.error;
      }
    },
  };
}
