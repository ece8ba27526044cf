import type { Gathered } from '../domain/gathered.ts';
import type { Report } from '../domain/report.ts';
import type { RunSpec } from '../domain/run-spec.ts';
import type { ActivityTools } from './ports.ts';

/** What made a result: digests of slide and options, versions, provider, worker ids. */
export function provenanceOf(
  { software, digest }: Pick<ActivityTools, 'software' | 'digest'>,
  { slide, options }: RunSpec,
  gathered?: Gathered,
): Report['provenance'] {
  return {
    slide: digest(JSON.stringify([slide.url, slide.sizeBytes, slide.version])),
    options: digest(JSON.stringify(options)),
    software: `h2g-flow ${software.version}`,
    versions: software.versions,
    provider: gathered?.provider ?? 'none',
    workers: gathered?.workers ?? [],
  };
}
